package dev.braid.pipelines.convert;

import dev.braid.dataset.AnomalyWindow;
import dev.braid.dataset.Label;
import dev.braid.dataset.Split;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.pipelines.simulate.SeededRandom;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.spec.WindowSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Series of single readings with labelled anomalies (Lavin and Ahmad, Evaluating Real-Time Anomaly
 * Detection Algorithms: the Numenta Anomaly Benchmark, ICMLA 2015). Each series is cut in time: of
 * the probation at its beginning, which holds no anomaly, two thirds train and one third validates;
 * all that follows tests. A cut series is three entities, and the past of a frame may reach over a
 * cut, as it would in a stream.
 *
 * <p>The clock runs in readings, 5 minutes each: the sources report every 5 minutes to every hour,
 * some of them unevenly, and a window must mean the same number of readings for all. Values are in
 * deviations from the mean of the probation. Every 15 minutes a series reports its last four hours.
 */
final class Nab implements Conversion {
  private static final long STEP = Duration.ofMinutes(5).toMillis();
  private static final int PERIOD = 3;
  private static final int FRAME = 48;

  /** Readings ahead that the tasks ask for. */
  private static final int AHEAD = 12;

  private static final double RATE_HZ = 1000.0 / STEP;

  @Override
  public String name() {
    return "nab";
  }

  @Override
  public boolean needsSource() {
    return true;
  }

  private Spec spec() {
    Map<String, TaskSpec> tasks = new LinkedHashMap<>();
    tasks.put("level", new TaskSpec.Regression());
    tasks.put("spread", new TaskSpec.Regression());
    return new Spec(
        name(),
        new Spec.EntitySpec("series of readings"),
        new WindowSpec.Time(Duration.ofMillis(PERIOD * STEP), null, null),
        Map.of("readings", new ModalitySpec.Sensor(1, RATE_HZ, Duration.ofMillis(FRAME * STEP), 1)),
        tasks,
        null);
  }

  @Override
  public ConversionReport convert(
      Path source, DatasetWriter writer, ConversionOptions options, Progress progress) {
    if (options.missing() > 0) {
      throw new InvalidSourceException(
          "a scene of nab is one frame of readings: leave out --missing");
    }
    ConversionReport.Tally tally = new ConversionReport.Tally();
    List<NabSeries> all = NabSeries.read(source);
    writer.spec(spec());
    for (int i = 0; i < all.size(); i++) {
      new Parts(all.get(i), options, tally).write(writer);
      progress.at(i + 1L, all.size());
    }
    return tally.report();
  }

  /** Writes one series. */
  private static final class Parts {
    private final NabSeries series;
    private final double[] values;
    private final long begin;
    private final ConversionOptions options;
    private final ConversionReport.Tally tally;

    Parts(NabSeries series, ConversionOptions options, ConversionReport.Tally tally) {
      this.series = series;
      this.values = standardised(series);
      long first = series.begin().toInstant(ZoneOffset.UTC).toEpochMilli();
      // Windows are aligned to the epoch.
      this.begin = first - Math.floorMod(first, PERIOD * STEP);
      this.options = options;
      this.tally = tally;
    }

    private static double[] standardised(NabSeries series) {
      double[] known = Arrays.copyOf(series.values(), series.probation());
      double mean = Arrays.stream(known).average().orElse(0);
      double variance = Arrays.stream(known).map(v -> (v - mean) * (v - mean)).average().orElse(0);
      double deviation = variance > 0 ? Math.sqrt(variance) : 1;
      return Arrays.stream(series.values()).map(v -> (v - mean) / deviation).toArray();
    }

    void write(DatasetWriter writer) {
      int validation = series.probation() * 2 / 3 / PERIOD * PERIOD;
      int test = series.probation() / PERIOD * PERIOD;
      part(series.name() + ".train", Split.TRAIN, FRAME, validation, writer);
      part(series.name() + ".validation", Split.VALIDATION, validation, test, writer);
      part(series.name(), Split.TEST, test, values.length, writer);
      for (NabSeries.Range range : series.anomalies()) {
        if (range.from() < test) {
          throw new InvalidSourceException(
              "series %s: an anomaly begins at reading %d, within the probation of %d"
                  .formatted(series.name(), range.from(), test));
        }
        writer.anomaly(new AnomalyWindow(series.name(), time(range.from()), time(range.to())));
        tally.count("anomalies");
      }
      tally.count("series");
    }

    /** The scenes whose newest readings lie in {@code [from, to)}. */
    private void part(String entity, Split split, int from, int to, DatasetWriter writer) {
      writer.split(entity, split);
      // The tasks ask what comes next, so that a part's last scene needs a reading after it.
      int first = Math.max(from, FRAME) + PERIOD;
      for (int end = (first + PERIOD - 1) / PERIOD * PERIOD; end < to; end += PERIOD) {
        if (tally.counted("scenes") >= options.scenesOr(Integer.MAX_VALUE)) {
          return;
        }
        frame(entity, end, writer);
        double[] next = Arrays.copyOfRange(values, end, Math.min(to, end + AHEAD));
        double mean = Arrays.stream(next).average().orElseThrow();
        double spread =
            Math.sqrt(
                Arrays.stream(next).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
        label(entity, end, "level", mean, writer);
        label(entity, end, "spread", spread, writer);
        tally.count("scenes");
        tally.count("scenes." + split.label());
      }
    }

    private void frame(String entity, int end, DatasetWriter writer) {
      float[][] samples = new float[FRAME][1];
      for (int i = 0; i < FRAME; i++) {
        samples[i][0] = (float) values[end - FRAME + i];
      }
      Random random = SeededRandom.of(options.seed(), "frame", entity, end);
      if (random.nextDouble() < options.degrade()) {
        SpswHar.loseMost(samples, random);
        tally.count("degraded.readings");
      }
      // The frame is known with its last reading.
      writer.observation(
          "readings.jsonl.gz",
          Observation.of(
              "readings-%d".formatted(end),
              entity,
              "readings",
              time(end - 1),
              Payload.Samples.of(RATE_HZ, samples)));
      tally.count("observations.readings");
    }

    private void label(String entity, int end, String task, double value, DatasetWriter writer) {
      writer.label(new Label(entity, time(end - PERIOD), time(end), task, value));
    }

    private Instant time(int reading) {
      return Instant.ofEpochMilli(begin + reading * STEP);
    }
  }
}
