package dev.braid.bench;

import dev.braid.bench.baseline.OnnxSession;
import dev.braid.bench.baseline.RowMaker;
import dev.braid.bundle.Bundle;
import dev.braid.pipelines.bench.Directories;
import dev.braid.pipelines.bench.Spread;
import dev.braid.tensor.TensorRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * How long after its window has closed an answer is in Kafka, with a broker and a Flink cluster of
 * processes that are started for it and ended after it.
 */
final class LatencyRun {
  /** The encoder that is asked about every observation, and then a fusion. */
  static final Net NET = Net.SMALL;

  /** Of an encoder's batch, as the product fills it. */
  private static final int BATCH = 64;

  /** Of event time, in milliseconds. */
  private static final long SIZE = 10_000;

  private static final long PERIOD = 1_000;

  /** Observations in a second of event time while the capacity is found. */
  private static final int DENSITY = 1_000;

  /** Seconds of event time that the job is behind meanwhile: one or two seconds of work. */
  private static final int AHEAD = 20;

  private static final int LIMIT_CALLS = 200;

  private LatencyRun() {}

  /**
   * What to measure.
   *
   * @param home where the launcher is
   * @param load share of the capacity at which observations come
   * @param observations that are worked off before, for the capacity
   * @param warmUp seconds at that rate that do not count
   * @param seconds of every round
   * @param options of Beam, for the job
   */
  record Plan(
      Path home,
      double load,
      int observations,
      int warmUp,
      int seconds,
      int rounds,
      List<String> options) {}

  /**
   * What was measured; times in milliseconds.
   *
   * @param capacity observations a second that were answered while as many more came
   * @param rate observations a second while the latency was measured
   * @param answers of all rounds
   * @param limitBatch one call of the encoder with 64 rows and one of the fusion, of a bare session
   */
  record Result(
      double capacity,
      double rate,
      int answers,
      Spread p50,
      Spread p95,
      Spread p99,
      double limitBatch) {}

  /** Measures. */
  static Result measure(Plan plan, Consumer<String> progress)
      throws IOException, InterruptedException, ExecutionException {
    Path directory = Files.createTempDirectory("braid-latency");
    Launched launched = new Launched(plan.home());
    String clusters = "--directory=" + directory.resolve("clusters");
    try {
      Path bundle = directory.resolve("bundle");
      Bundle opened = BenchBundle.write(Files.createDirectory(bundle), NET, false);
      double limit = limit(bundle, opened);
      progress.accept("starting Kafka and Flink");
      String kafka = launched.run("cluster", "up", "kafka", clusters).strip();
      String flink = launched.run("cluster", "up", "flink", clusters).strip();
      try (LatencyStream stream = new LatencyStream(kafka, NET)) {
        return measure(plan, progress, launched, directory, kafka, flink, stream, limit);
      }
    } finally {
      launched.run("cluster", "down", clusters);
      Directories.delete(directory);
    }
  }

  private static Result measure(
      Plan plan,
      Consumer<String> progress,
      Launched launched,
      Path directory,
      String kafka,
      String flink,
      LatencyStream stream,
      double limit)
      throws IOException, InterruptedException, ExecutionException {
    submit(plan, launched, directory, kafka, flink);
    int seconds = plan.observations() / DENSITY;
    progress.accept("%,d observations for the capacity".formatted(seconds * DENSITY));
    stream.sendInStep(seconds, DENSITY, AHEAD, PERIOD);
    // The last window closes with what comes later.
    long worked = (1_000L * seconds - 1) / PERIOD * PERIOD;
    stream.awaitAnswers(PERIOD, worked, PERIOD);
    // In the first half the job is being compiled.
    long half = worked / 2 / PERIOD * PERIOD;
    double capacity =
        (worked - half) * DENSITY / (double) (stream.answered(worked) - stream.answered(half));
    double rate = plan.load() * capacity;
    progress.accept("capacity %,.0f observations/s; now %,.0f".formatted(capacity, rate));

    long paced = plan.warmUp() + (long) plan.rounds() * plan.seconds();
    long from = worked + PERIOD;
    // Two periods more, so that the last windows that count close.
    stream.send(from, (long) ((paced + 2) * rate), rate);
    long first = from + plan.warmUp() * 1_000L;
    stream.awaitAnswers(from, first + 1_000L * plan.rounds() * plan.seconds(), PERIOD);
    List<double[]> rounds = new ArrayList<>();
    for (int round = 0; round < plan.rounds(); round++) {
      long begin = first + 1_000L * round * plan.seconds();
      rounds.add(stream.latencies(begin + PERIOD, begin + 1_000L * plan.seconds(), PERIOD));
    }
    return new Result(
        capacity,
        rate,
        rounds.stream().mapToInt(round -> round.length).sum(),
        spread(rounds, 0.50),
        spread(rounds, 0.95),
        spread(rounds, 0.99),
        limit);
  }

  private static void submit(
      Plan plan, Launched launched, Path directory, String kafka, String flink)
      throws IOException, InterruptedException {
    Path spec = directory.resolve("spec.yaml");
    Files.writeString(
        spec,
        NET.spec()
            .replace(
                "{size: 10s, period: 10s}", "{size: %dms, period: %dms}".formatted(SIZE, PERIOD)));
    List<String> command =
        new ArrayList<>(
            List.of(
                "run",
                "--runner=flink",
                "--flinkMaster=" + flink,
                "--detached",
                "--bundle=" + directory.resolve("bundle"),
                "--spec=" + spec,
                "--input=kafka://%s/%s".formatted(kafka, LatencyStream.IN),
                "--output=kafka://%s/%s".formatted(kafka, LatencyStream.OUT),
                "--dead-letters=kafka://%s/%s".formatted(kafka, LatencyStream.DEAD),
                "--out-of-orderness=0s",
                "--idle-timeout=1h",
                "--"));
    command.addAll(plan.options());
    launched.run(command.toArray(String[]::new));
  }

  private static Spread spread(List<double[]> rounds, double quantile) {
    return Spread.of(
        rounds.stream()
            .map(sorted -> sorted[Math.max(0, (int) Math.ceil(quantile * sorted.length) - 1)])
            .toList());
  }

  /**
   * What nobody can be quicker than: a batch through the encoder, and then one through the fusion.
   */
  private static double limit(Path directory, Bundle bundle) {
    RowMaker<Object> observations = RowMaker.of(bundle, false);
    List<TensorRow> rows =
        Rows.observations(NET).stream().limit(BATCH).map(observations::row).toList();
    RowMaker<Object> scenes = RowMaker.of(bundle, true);
    List<TensorRow> fused =
        Rows.scenes(NET).stream().limit(LatencyStream.ENTITIES).map(scenes::row).toList();
    return millis(directory, bundle, false, rows) + millis(directory, bundle, true, fused);
  }

  private static double millis(
      Path directory, Bundle bundle, boolean fusion, List<TensorRow> rows) {
    try (OnnxSession session = new OnnxSession(directory, RowMaker.model(bundle, fusion))) {
      OnnxSession.Batch batch = session.batch(rows.size());
      double[] millis = new double[LIMIT_CALLS];
      for (int i = 0; i < millis.length; i++) {
        rows.forEach(batch::add);
        long start = System.nanoTime();
        batch.run();
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
      Arrays.sort(millis);
      return millis[millis.length / 2];
    }
  }
}
