package dev.braid.pipelines.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.analysis.AnalysisException;
import dev.braid.pipelines.analysis.AnalysisReport;
import dev.braid.pipelines.analysis.AnalysisRun;
import dev.braid.pipelines.analysis.Serving;
import dev.braid.pipelines.analysis.StreamRun;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.StreamIdentity;
import dev.braid.pipelines.io.kafka.KafkaAddress;
import dev.braid.transforms.model.Watched;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import me.tongfei.progressbar.ProgressBar;
import org.apache.beam.sdk.PipelineResult;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code braid run}: the analysis of a directory, or of a stream, of observations. {@code braid
 * launch} fills in these options from a template.
 */
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
      names = "--spec",
      paramLabel = "FILE",
      description =
          "A spec whose window, and whose wait of each modality, take the place of the bundle's."
              + " The rest must be as in the bundle.")
  private @Nullable Path asked;

  @Mixin private DeviceOption device;

  @Option(
      names = "--watch",
      paramLabel = "DIR|URI",
      description =
          "Where newer versions of the bundle appear while the run goes on: a bundle that is"
              + " replaced, which may be the one of --bundle, or a directory with a bundle for each"
              + " version. On a path that all workers see, or on a file system of Hadoop's, such as"
              + " hdfs://host/models, from which each worker copies what it loads. A version is"
              + " served once it is whole, its golden rows come out, and it has the name, the spec"
              + " and the outputs of --bundle; in windows by count and sessions, the encoders and"
              + " featurizers, too. Otherwise the log says why not.")
  private @Nullable String watch;

  @Mixin private DestinationOptions destinations;

  @Mixin private EngineOptions engine;

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

  /** A run that is ready to go. */
  interface Ready {
    /** Runs, and returns the exit code. */
    int go();
  }

  @Override
  public Integer call() {
    return ready().go();
  }

  /**
   * Checks the options as far as they can be without looking at other systems.
   *
   * @throws ParameterException if they make no run
   */
  Ready ready() {
    EngineOptions.Chosen chosen = engine.choose();
    try {
      Serving serving = new Serving(device.serving(), watched(chosen));
      if (KafkaAddress.isMeantBy(input)) {
        checkDetached(chosen);
        StreamRun run =
            stream.run(bundle, input, destinations).withSpec(asked).withServing(serving);
        check(run::refusals, chosen);
        return () -> go(run, chosen);
      }
      if (detached) {
        throw new IllegalArgumentException(
            "--detached needs a stream: the files of %s are shown when all is done"
                .formatted(input));
      }
      AnalysisRun run =
          new AnalysisRun(
                  bundle,
                  Path.of(input),
                  destinations.predictions(),
                  destinations.deadLetters(),
                  destinations.overwrite())
              .withSpec(asked)
              .withServing(serving);
      check(run::refusals, chosen);
      return () -> go(run, chosen);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** A bundle that is not here can be looked at only where the run starts, and is then. */
  private void check(Function<Engine, List<String>> refusals, EngineOptions.Chosen chosen) {
    if (Files.isDirectory(bundle)) {
      List<String> refused = refusals.apply(chosen.engine());
      if (!refused.isEmpty()) {
        throw new ParameterException(spec.commandLine(), String.join("; ", refused));
      }
    }
  }

  private @Nullable Watched watched(EngineOptions.Chosen chosen) {
    if (watch == null) {
      return null;
    }
    Watched watched = Watched.of(watch);
    if (watched.isLocal()) {
      if (Files.isDirectory(bundle) && !Files.isDirectory(Path.of(watched.toString()))) {
        throw new IllegalArgumentException(
            "--watch must be a directory, but there is none at " + watch);
      }
      return watched;
    }
    try {
      watched.check(chosen.options());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--watch: " + e.getMessage(), e);
    }
    return watched;
  }

  private void checkDetached(EngineOptions.Chosen chosen) {
    if (detached && !chosen.engine().canDetach(chosen.options())) {
      throw new IllegalArgumentException(
          "--detached needs a cluster to leave the job on; name one with "
              + chosen.engine().masterOption().map(name -> "--" + name).orElse("another --runner"));
    }
  }

  private int go(StreamRun run, EngineOptions.Chosen chosen) {
    WatchedEngine watched = chosen.engine();
    if (Files.isDirectory(bundle)) {
      // For a cluster that is handed the command and not the stream.
      chosen.options().as(StreamIdentity.class).setStreamIdentity(run.identity());
    }
    if (detached
        && watched
            .detach(
                DetachedCommand.of("run", spec.commandLine().getParseResult()), chosen.options())
            .isPresent()) {
      if (json) {
        print(watched.withJob(JsonMapper.builder().build().createObjectNode()));
      }
      return 0;
    }
    try {
      PipelineResult result = run.start(watched, chosen.options());
      if (json) {
        print(watched.withJob(JsonMapper.builder().build().createObjectNode()));
      }
      if (!detached) {
        watched.await(result);
      }
    } catch (AnalysisException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
    return 0;
  }

  private int go(AnalysisRun run, EngineOptions.Chosen chosen) {
    AnalysisReport report;
    try (ProgressBar bar = Progress.bar("run on " + engine.runner(), -1)) {
      report = run.run(chosen.engine(), chosen.options());
      bar.stepTo(report.observations());
    } catch (AnalysisException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        "%d observations, %d predictions, %d dead letters in %s%n",
        report.observations(), report.predictions(), report.deadLetters(), run.predictions());
    err.flush();
    if (json) {
      print(chosen.engine().withJob(report.toJson()));
    }
    return 0;
  }

  private void print(JsonNode result) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(result);
    out.flush();
  }
}
