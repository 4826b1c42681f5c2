package dev.braid.runners.local;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code braid cluster}: real Kafka, Flink and Spark on this machine, to try things out. */
@Command(
    name = "cluster",
    description =
        "Starts and ends a real Kafka broker, Flink cluster or Spark cluster on free ports of"
            + " 127.0.0.1. They go on when the terminal is closed, until 'down' or a reboot.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(up | status | down)")
final class ClusterCommand {
  @Spec private CommandSpec spec;

  private static final class Where {
    @Option(
        names = "--directory",
        paramLabel = "DIR",
        description =
            "Takes data, logs and the list of processes. Default: a directory of your own below"
                + " ~/.local/state/braid.")
    private Path directory =
        Path.of(System.getProperty("user.home"), ".local", "state", "braid", "cluster");
  }

  @Command(
      name = "up",
      description = "Starts one, unless it is running, and prints its address.",
      mixinStandardHelpOptions = true)
  int up(
      @Parameters(paramLabel = "(kafka | flink | spark)") Distribution engine,
      @Option(
              names = "--workers",
              paramLabel = "N",
              description = "Flink TaskManagers or Spark workers. Default: 1.")
          @Nullable Integer workers,
      @Option(
              names = "--slots",
              paramLabel = "N",
              description = "Slots of each TaskManager, cores of each worker. Default: the cores.")
          @Nullable Integer slots,
      @Mixin Where where,
      @Option(names = "--json", description = "Print one JSON object.") boolean json) {
    if (engine == Distribution.KAFKA && (workers != null || slots != null)) {
      throw new ParameterException(
          spec.commandLine(), "a Kafka broker has neither --workers nor --slots");
    }
    int workerCount = atLeastOne("--workers", workers, 1);
    int slotCount = atLeastOne("--slots", slots, Runtime.getRuntime().availableProcessors());
    ClusterDirectory directory = new ClusterDirectory(engine, where.directory);
    PrintWriter err = spec.commandLine().getErr();
    ClusterState state;
    Optional<ClusterState> running = directory.running();
    if (running.isPresent()) {
      state = running.get();
      err.printf("%s is running already%n", engine.title());
    } else {
      state = directory.start(workerCount, slotCount);
      err.printf("%s is up%n", engine.title());
    }
    err.println(state.advice());
    print(json ? state.json().toString() : state.address());
    return 0;
  }

  @Command(
      name = "status",
      description = "Says what is running: engine, address, and the page to watch.",
      mixinStandardHelpOptions = true)
  int status(
      @Mixin Where where,
      @Option(names = "--json", description = "Print one JSON array.") boolean json) {
    List<ClusterState> running =
        Arrays.stream(Distribution.values())
            .flatMap(engine -> new ClusterDirectory(engine, where.directory).running().stream())
            .toList();
    if (json) {
      ArrayNode all = JsonMapper.builder().build().createArrayNode();
      running.forEach(state -> all.add(state.json()));
      print(all.toString());
    } else {
      running.forEach(state -> print(state.line()));
      if (running.isEmpty()) {
        spec.commandLine().getErr().println("nothing is running; see 'braid cluster up --help'");
      }
    }
    return 0;
  }

  @Command(
      name = "down",
      description = "Ends one, or all of them if none is named. Data and logs stay.",
      mixinStandardHelpOptions = true)
  int down(
      @Parameters(paramLabel = "[kafka | flink | spark]", arity = "0..1")
          @Nullable Distribution engine,
      @Mixin Where where) {
    List<Distribution> engines = engine == null ? List.of(Distribution.values()) : List.of(engine);
    for (Distribution each : engines) {
      ClusterDirectory directory = new ClusterDirectory(each, where.directory);
      boolean ended = directory.end() > 0;
      if (ended || engine != null) {
        spec.commandLine()
            .getErr()
            .println(
                ended
                    ? "%s is down; its data and logs stay in %s"
                        .formatted(each.title(), directory.path())
                    : each.title() + " was not running");
      }
    }
    return 0;
  }

  private int atLeastOne(String option, @Nullable Integer value, int otherwise) {
    if (value != null && value < 1) {
      throw new ParameterException(
          spec.commandLine(), "%s must be at least 1, but was: %d".formatted(option, value));
    }
    return value == null ? otherwise : value;
  }

  private void print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
