package dev.braid.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.cli.CommandException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that measures one engine and does nothing else. It has that engine's shaded jar first
 * and this module's behind it.
 *
 * @param home where the jars are built
 */
record EngineProcess(Path home, String engine) {
  /** What an engine's jar opens in its manifest, which counts for {@code java -jar} alone. */
  private static final List<String> OPENED =
      List.of(
          "java.lang",
          "java.lang.invoke",
          "java.lang.reflect",
          "java.io",
          "java.net",
          "java.nio",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "jdk.internal.ref",
          "sun.nio.ch",
          "sun.nio.cs",
          "sun.security.action",
          "sun.util.calendar");

  /**
   * Runs a hidden command of {@code braid bench}, whose {@code --runner} this engine is.
   *
   * @param type of what it prints, as JSON
   * @throws IOException if it cannot be started
   * @throws CommandException if it fails
   */
  <T> T measure(Class<T> type, String command, String... options)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Xmx3g");
    OPENED.forEach(opened -> line.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED"));
    line.addAll(List.of("dev.braid.bench.Main", "bench", command, "--runner=" + engine));
    line.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(line);
    // Not as an argument: ONNX Runtime has died of long command lines. The engine's jar first.
    builder
        .environment()
        .put(
            "CLASSPATH",
            home.resolve("runners/%s/target/braid-%s.jar".formatted(engine, engine))
                + System.getProperty("path.separator")
                + home.resolve("it/bench/target/braid-bench.jar"));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new CommandException(
            "the process that measures %s failed; what it said is above".formatted(engine));
      }
      return JsonMapper.builder().build().readValue(out, type);
    } finally {
      process.destroyForcibly();
    }
  }
}
