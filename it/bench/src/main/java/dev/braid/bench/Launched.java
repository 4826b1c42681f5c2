package dev.braid.bench;

import dev.braid.pipelines.cli.CommandException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands of {@code braid}, run by the launcher as a user runs them.
 *
 * @param home where the launcher is
 */
record Launched(Path home) {
  /**
   * Runs a command.
   *
   * @return what it prints
   * @throws CommandException if it fails; what it said is on standard error
   */
  String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(home.resolve("braid").toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new CommandException(
            "'braid %s' failed; what it said is above".formatted(String.join(" ", arguments)));
      }
      return out;
    } finally {
      process.destroyForcibly();
    }
  }
}
