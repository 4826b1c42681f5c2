package dev.braid.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts an engine's shaded jar as a user's shell would. */
final class BraidProcess {
  private static final Path RUNNERS = Path.of("..", "runners").toAbsolutePath().normalize();
  private static final long MINUTES = 5;

  private BraidProcess() {}

  /** What a process said and how it ended. */
  record Result(int code, String out, String err) {}

  /**
   * Runs {@code braid} from the jar of {@code engine} to its end.
   *
   * @throws IllegalStateException if it does not end within five minutes
   */
  static Result run(String engine, Object... arguments) throws IOException, InterruptedException {
    return run(engine, List.of(), arguments);
  }

  /** The same with further options for the JVM. */
  static Result run(String engine, List<String> jvmOptions, Object... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("braid", ".out");
    Path err = Files.createTempFile("braid", ".err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx2g", "-XX:+UseSerialGC", "-Djava.awt.headless=true"));
    command.addAll(jvmOptions);
    command.add("-jar");
    command.add(RUNNERS.resolve(engine + "/target/braid-" + engine + ".jar").toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new IllegalStateException(
            "no end after %d minutes: %s%n%s".formatted(MINUTES, command, Files.readString(err)));
      }
      return new Result(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }
}
