package dev.braid.pipelines.cli;

import dev.braid.pipelines.engine.Engines;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Which engine runs a pipeline, and what it is told: for every command that runs one. Such a
 * command names {@link ClusterOptions} as its model transformer.
 */
final class EngineOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--runner",
      paramLabel = "NAME",
      defaultValue = "direct",
      description = "The engine: direct, flink or spark. Default: ${DEFAULT-VALUE}.")
  private String runner;

  @Parameters(
      paramLabel = "BEAM_OPTION",
      arity = "0..*",
      description = "After '--': options of Beam or the engine, such as --parallelism=4.")
  private List<String> beamOptions = List.of();

  /** The engine with its options, both of them valid. */
  record Chosen(WatchedEngine engine, PipelineOptions options) {}

  /** The engine's name, which may be unknown. */
  String runner() {
    return runner;
  }

  /**
   * The engine of that name with these options.
   *
   * @throws ParameterException if there is none, or an option is unknown or malformed
   */
  Chosen choose() {
    try {
      WatchedEngine engine =
          new WatchedEngine(Engines.named(runner), command.commandLine().getErr());
      return new Chosen(
          engine,
          Engines.options(
              engine, PipelineOptions.class, ClusterOptions.add(command, engine, beamOptions)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The Beam options, the cluster among them, unchecked.
   *
   * @param first how many of a command's words come before them
   * @throws ParameterException if there is no such engine
   */
  List<String> beamOptions(int first) {
    try {
      return ClusterOptions.add(
          command,
          Engines.named(runner),
          beamOptions.subList(Math.min(first, beamOptions.size()), beamOptions.size()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
