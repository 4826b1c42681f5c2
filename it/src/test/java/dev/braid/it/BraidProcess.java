package dev.braid.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An engine's shaded jar, started as a user's shell would; ended by {@link #close}. */
public final class BraidProcess implements AutoCloseable {
  private static final Path RUNNERS = Path.of("..", "runners").toAbsolutePath().normalize();
  private static final long MINUTES = 15;

  private final List<String> command;
  private final Process process;
  private final Path out;
  private final Path err;

  private BraidProcess(List<String> command, Process process, Path out, Path err) {
    this.command = command;
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** What a process said and how it ended. */
  public record Result(int code, String out, String err) {}

  /**
   * Runs {@code braid} from the jar of {@code engine} to its end.
   *
   * @throws IllegalStateException if it does not end within a quarter of an hour
   */
  public static Result run(String engine, Object... arguments)
      throws IOException, InterruptedException {
    return run(engine, List.of(), arguments);
  }

  /** The same with further options for the JVM. */
  static Result run(String engine, List<String> jvmOptions, Object... arguments)
      throws IOException, InterruptedException {
    try (BraidProcess process = start(engine, jvmOptions, List.of(arguments))) {
      return process.await();
    }
  }

  /** Starts {@code braid} from the jar of {@code engine}. */
  public static BraidProcess start(String engine, List<?> arguments) throws IOException {
    return start(engine, List.of(), arguments);
  }

  /** The shaded jar of {@code engine}. */
  public static Path jar(String engine) {
    return RUNNERS.resolve(engine + "/target/braid-" + engine + ".jar");
  }

  private static BraidProcess start(String engine, List<String> jvmOptions, List<?> arguments)
      throws IOException {
    Path out = Files.createTempFile("braid", ".out");
    Path err = Files.createTempFile("braid", ".err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx2g", "-XX:+UseSerialGC", "-Djava.awt.headless=true"));
    // Runs are short: what the second compiler gains, it costs.
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(jvmOptions);
    command.add("-jar");
    command.add(jar(engine).toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new BraidProcess(command, process, out, err);
  }

  /**
   * Waits for its end.
   *
   * @throws IllegalStateException if it does not end within a quarter of an hour
   */
  public Result await() throws InterruptedException {
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      throw new IllegalStateException(
          "no end after %d minutes: %s%n%s".formatted(MINUTES, command, err()));
    }
    return new Result(process.exitValue(), read(out), err());
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has written to its standard error so far. */
  public String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it, as a terminal does that is closed, and waits until it is gone. */
  @Override
  public void close() {
    try {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
