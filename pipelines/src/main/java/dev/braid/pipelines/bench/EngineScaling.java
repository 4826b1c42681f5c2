package dev.braid.pipelines.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.convert.Conversions;
import dev.braid.pipelines.simulate.PlantOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How fast each engine analyses a simulated plant with one, two and more processors, and what an
 * observation costs. Every measurement has a JVM of its own that is given so many processors;
 * engines and processors take turns, so that all see the same machine.
 */
public final class EngineScaling {
  private static final Duration LENGTH = Duration.ofMinutes(20);
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final int FEW = 4;

  /**
   * One engine with so many processors.
   *
   * @param observationsPerSecond over the rounds
   * @param speedUp of the medians, over one processor
   * @param cpuMillis of processor time that an observation costs, over the rounds
   */
  public record Row(
      String engine, int slots, Spread observationsPerSecond, double speedUp, Spread cpuMillis) {}

  private EngineScaling() {}

  /**
   * Measures.
   *
   * @param jars the shaded jar of each engine
   * @param bundle of the plant
   * @param slots processors to give, each at least 1
   * @param machines of the larger plant, more than {@value #FEW}
   * @param progress hears what begins
   * @throws IOException if a process cannot be started or fails
   */
  public static List<Row> run(
      Map<String, Path> jars,
      Path bundle,
      List<Integer> slots,
      int machines,
      int rounds,
      Consumer<String> progress)
      throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory("braid-bench");
    try {
      progress.accept("simulating a plant of %d machines".formatted(machines));
      Path small = plant(scratch.resolve("small"), FEW);
      Path large = plant(scratch.resolve("large"), machines);
      Map<String, List<EngineRun.Figures>> figures = new LinkedHashMap<>();
      for (int round = 1; round <= rounds; round++) {
        for (Map.Entry<String, Path> jar : jars.entrySet()) {
          for (int count : slots) {
            progress.accept(
                "round %d of %d: %s with %d".formatted(round, rounds, jar.getKey(), count));
            figures
                .computeIfAbsent(jar.getKey() + count, key -> new ArrayList<>())
                .add(child(jar.getKey(), jar.getValue(), count, bundle, small, large));
          }
        }
      }
      return rows(jars, slots, figures);
    } finally {
      Directories.delete(scratch);
    }
  }

  private static Path plant(Path directory, int machines) {
    Conversions.simulate(
        PlantOptions.of(4711, machines, LENGTH), EVERY, false, directory, (done, total) -> {});
    return directory;
  }

  private static List<Row> rows(
      Map<String, Path> jars, List<Integer> slots, Map<String, List<EngineRun.Figures>> figures) {
    List<Row> rows = new ArrayList<>();
    for (String engine : jars.keySet()) {
      double single = Double.NaN;
      for (int count : slots) {
        List<EngineRun.Figures> all = figures.getOrDefault(engine + count, List.of());
        Spread rate = Spread.of(all.stream().map(f -> f.observations() / f.seconds()).toList());
        single = count == 1 ? rate.median() : single;
        rows.add(
            new Row(
                engine,
                count,
                rate,
                rate.median() / single,
                Spread.of(
                    all.stream().map(f -> 1000 * f.cpuSeconds() / f.observations()).toList())));
      }
    }
    return rows;
  }

  private static EngineRun.Figures child(
      String engine, Path jar, int slots, Path bundle, Path small, Path large)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-XX:+UseSerialGC",
                "-XX:ActiveProcessorCount=" + slots,
                "-jar",
                jar.toString(),
                "bench",
                "engine",
                "--runner=" + engine,
                "--bundle=" + bundle.toAbsolutePath(),
                "--small=" + small,
                "--large=" + large)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(
            "the process that measures %s failed; what it said is above".formatted(engine));
      }
      return JsonMapper.builder().build().readValue(out, EngineRun.Figures.class);
    } finally {
      process.destroyForcibly();
    }
  }
}
