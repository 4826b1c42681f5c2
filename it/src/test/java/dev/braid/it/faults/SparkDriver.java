package dev.braid.it.faults;

import dev.braid.it.BraidProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A stream on Spark whose driver is a process that can be killed and started again. */
final class SparkDriver implements AutoCloseable {
  private final List<String> command = new ArrayList<>();
  private final Path log;
  private Process process;

  /** Starts the shaded jar with these arguments. */
  SparkDriver(Path log, List<?> arguments) throws IOException {
    this(log, List.of(), arguments);
  }

  /** The same with further options for the JVM. */
  SparkDriver(Path log, List<String> jvmOptions, List<?> arguments) throws IOException {
    this.log = log;
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-Djava.awt.headless=true", "-jar"));
    command.add(BraidProcess.jar("spark").toString());
    arguments.forEach(argument -> command.add(argument.toString()));
    process = launch();
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Ends the driver at once, as {@code kill -9} does, and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Waits until it has ended by itself, and returns its exit code. */
  int awaitEnd(Duration limit) {
    Await.until(this::state, limit, () -> !process.isAlive());
    return process.exitValue();
  }

  /** Starts it again with the same arguments. */
  void startAgain() throws IOException {
    process = launch();
  }

  /** What it has said, and whether it is still there. */
  String state() {
    try {
      List<String> lines = Files.readAllLines(log);
      return "the driver %s: %s"
          .formatted(
              process.isAlive() ? "runs" : "ended with " + process.exitValue(),
              String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size())));
    } catch (IOException e) {
      return "no log of the driver: " + e;
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
