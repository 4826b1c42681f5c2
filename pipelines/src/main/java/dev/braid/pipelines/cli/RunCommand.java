package dev.braid.pipelines.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.analysis.AnalysisException;
import dev.braid.pipelines.analysis.AnalysisReport;
import dev.braid.pipelines.analysis.AnalysisRun;
import dev.braid.pipelines.analysis.StreamRun;
import dev.braid.pipelines.engine.Engines;
import dev.braid.pipelines.io.kafka.KafkaAddress;
import dev.braid.pipelines.io.postgres.PostgresTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code braid run}: the analysis of a directory, or of a stream, of observations. */
@Command(
    name = "run",
    description =
        "Reads observations from a directory or from topics of Kafka and writes one prediction for"
            + " each entity and window, and one dead letter for each input that could not be used.",
    mixinStandardHelpOptions = true,
    modelTransformer = ClusterOptions.class)
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      required = true,
      description = "The bundle that 'braid train' wrote.")
  private Path bundle;

  @Option(
      names = "--input",
      paramLabel = "DIR|TOPICS",
      required = true,
      description =
          "Where the observations are. A directory: DIR/observations/*.jsonl[.gz], as in a data"
              + " set, or, if there is no such directory, DIR/*.jsonl[.gz]; a 'uri' is read below"
              + " DIR. Or kafka://host:port/topic[,topic...], which is read until the run is"
              + " stopped.")
  private String input;

  @Option(
      names = "--output",
      paramLabel = "DIR|TOPIC|DATABASE",
      required = true,
      description =
          "Where predictions go: a directory, into which those of a directory are put when all is"
              + " done; of a stream also kafka://host:port/topic or"
              + " jdbc:postgresql://host:port/database.")
  private String output;

  @Option(
      names = "--overwrite",
      description = "Replace the results of an earlier run in the output directory.")
  private boolean overwrite;

  @Option(
      names = "--runner",
      paramLabel = "NAME",
      defaultValue = "direct",
      description = "The engine: direct, flink or spark. Default: ${DEFAULT-VALUE}.")
  private String runner;

  @ArgGroup(exclusive = false, validate = false, heading = "Of a stream:%n")
  private StreamOptions stream = new StreamOptions();

  @Option(
      names = "--detached",
      description =
          "Return as soon as a cluster has the job of a stream, and leave it alone. Without it the"
              + " command ends with the job; ended before that, it leaves the job running.")
  private boolean detached;

  @Option(
      names = "--json",
      description =
          "Print one JSON object: the counts of a run over files, the job's id and page of a job"
              + " on a cluster.")
  private boolean json;

  @Parameters(
      paramLabel = "BEAM_OPTION",
      arity = "0..*",
      description = "After '--': options of Beam or the engine, such as --parallelism=4.")
  private List<String> beamOptions = List.of();

  @Override
  public Integer call() {
    WatchedEngine engine;
    PipelineOptions options;
    try {
      engine = new WatchedEngine(Engines.named(runner), spec.commandLine().getErr());
      options =
          Engines.options(
              engine, PipelineOptions.class, ClusterOptions.add(spec, engine, beamOptions));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    return KafkaAddress.isMeantBy(input) ? stream(engine, options) : files(engine, options);
  }

  private int stream(WatchedEngine engine, PipelineOptions options) {
    StreamRun run;
    try {
      run = stream.run(bundle, input, output);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    if (detached && !engine.outlivesThisJvm(options)) {
      throw new ParameterException(
          spec.commandLine(),
          "--detached needs a cluster to leave the job on; name one with "
              + engine.masterOption().map(name -> "--" + name).orElse("another --runner"));
    }
    try {
      PipelineResult result = run.start(engine, options);
      if (json) {
        print(engine.withJob(JsonMapper.builder().build().createObjectNode()));
      }
      if (!detached) {
        engine.await(result);
      }
    } catch (AnalysisException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
    return 0;
  }

  private int files(WatchedEngine engine, PipelineOptions options) {
    if (detached) {
      throw new ParameterException(
          spec.commandLine(),
          "--detached needs a stream: the files of %s are shown when all is done".formatted(input));
    }
    if (KafkaAddress.isMeantBy(output) || output.startsWith(PostgresTable.SCHEME)) {
      throw new ParameterException(
          spec.commandLine(),
          "the predictions of a directory go to a directory, but the output was: " + output);
    }
    AnalysisReport report;
    try (ProgressBar bar = Progress.bar("run on " + runner, -1)) {
      report =
          new AnalysisRun(bundle, Path.of(input), Path.of(output), overwrite).run(engine, options);
      bar.stepTo(report.observations());
    } catch (AnalysisException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        "%d observations, %d predictions, %d dead letters in %s%n",
        report.observations(), report.predictions(), report.deadLetters(), output);
    err.flush();
    if (json) {
      print(engine.withJob(report.toJson()));
    }
    return 0;
  }

  private void print(JsonNode result) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(result);
    out.flush();
  }
}
