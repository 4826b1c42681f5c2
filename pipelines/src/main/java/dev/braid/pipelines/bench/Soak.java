package dev.braid.pipelines.bench;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a server's memory did over many calls and many versions of its bundle.
 *
 * @param calls calls that were answered
 * @param rows rows of these
 * @param swaps versions that took the place of another one
 * @param seconds how long that took
 * @param warmBytes resident memory of the process, each time that a version has answered its share
 *     of the calls: the mean over the third fifth of the versions. Before that code is compiled,
 *     and the C library comes to hold as many arenas as there are threads that open and free
 *     versions
 * @param endBytes the mean over the last fifth of the versions
 * @param peakBytes the most with any version
 */
public record Soak(
    long calls,
    long rows,
    int swaps,
    double seconds,
    long warmBytes,
    long endBytes,
    long peakBytes) {
  /** Growth after warm-up that is still called steady. */
  public static final double STEADY = 0.03;

  /** How much memory grew after warm-up, as a share of what it was then. */
  public double growth() {
    return (double) endBytes / warmBytes - 1;
  }

  /** Whether memory is steady. */
  @JsonIgnore
  public boolean isSteady() {
    return growth() < STEADY;
  }

  /**
   * Measures in a process of its own, whose heap is all there from the beginning, so that what
   * grows is not heap.
   *
   * @throws IOException if that process fails; it has said why on standard error
   */
  public static Soak run(long calls, int swaps) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms256m",
            "-Xmx256m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "dev.braid.pipelines.cli.Main",
            "bench",
            "soaking",
            "--calls=" + calls,
            "--swaps=" + swaps);
    // Not as an argument: ONNX Runtime has died of long command lines.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    // Nobody else ends it where this process is told to end.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("the process that soaks failed; what it said is above");
      }
      return JsonMapper.builder().build().readValue(out, Soak.class);
    } finally {
      process.destroyForcibly();
    }
  }
}
