package dev.braid.pipelines.cli;

import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Gives a command the option by which each engine of this jar names a cluster, such as {@code
 * --flinkMaster}, so that nobody has to write it after {@code --}.
 */
final class ClusterOptions implements IModelTransformer {
  ClusterOptions() {}

  @Override
  public CommandSpec transform(CommandSpec command) {
    for (Engine engine : Engines.all()) {
      engine
          .masterOption()
          .ifPresent(
              name ->
                  command.addOption(
                      OptionSpec.builder("--" + name)
                          .paramLabel("ADDRESS")
                          .type(String.class)
                          .description(
                              "The cluster that the job goes to, for --runner %s. Default: none,"
                                      .formatted(engine.name())
                                  + " the run is part of this process.")
                          .build()));
    }
    return command;
  }

  /** The Beam options with the engine's cluster among them, if one was named. */
  static List<String> add(CommandSpec command, Engine engine, List<String> beamOptions) {
    List<String> all = new ArrayList<>(beamOptions);
    engine
        .masterOption()
        .ifPresent(
            name -> {
              OptionSpec option = command.findOption("--" + name);
              String address = option == null ? null : option.getValue();
              if (address != null) {
                all.add("--" + name + "=" + address);
              }
            });
    return all;
  }
}
