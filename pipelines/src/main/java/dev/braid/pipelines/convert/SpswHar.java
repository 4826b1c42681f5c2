package dev.braid.pipelines.convert;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Phone and watch of one subject who stands up, walks, turns and sits down. Every quarter of a
 * second each device reports its last second; a window is one second long, begins every quarter,
 * and is labelled with the activity that at least 60 % of its readings have. Split by subject.
 */
final class SpswHar implements Conversion {
  static final List<String> ACTIVITIES =
      List.of("SEATED", "STANDING_UP", "WALKING", "TURNING", "SITTING_DOWN");
  static final List<String> NUMERIC = List.of("age", "height", "weight");
  static final List<String> CATEGORICAL = List.of("gender", "dominant_hand");

  private static final long WINDOW = 1_000;
  private static final long PERIOD = 250;
  private static final long FRAME = 1_000;

  /** The share of a window's readings that must agree, or it has no label: nobody can say which. */
  private static final double CLEAR = 0.6;

  @Override
  public String name() {
    return "spsw-har";
  }

  @Override
  public boolean needsSource() {
    return true;
  }

  private Spec spec() {
    ModalitySpec motion =
        new ModalitySpec.Sensor(
            MotionSeries.CHANNELS, MotionSeries.RATE_HZ, Duration.ofMillis(FRAME), 4);
    Map<String, ModalitySpec> modalities = new LinkedHashMap<>();
    modalities.put("phone", motion);
    modalities.put("watch", motion);
    modalities.put("subject", new ModalitySpec.Record(NUMERIC, CATEGORICAL, 1));
    return new Spec(
        name(),
        new Spec.EntitySpec("execution of a subject"),
        new WindowSpec.Time(Duration.ofMillis(WINDOW), Duration.ofMillis(PERIOD), null),
        modalities,
        Map.of("activity", new TaskSpec.Classification(ACTIVITIES)),
        null);
  }

  @Override
  public ConversionReport convert(
      Path source, DatasetWriter writer, ConversionOptions options, Progress progress) {
    ConversionReport.Tally tally = new ConversionReport.Tally();
    SpswArchive archive = SpswArchive.read(source);
    List<SpswArchive.Execution> executions = archive.executions(tally);
    Map<String, Split> splits = splits(executions, options.seed());
    writer.spec(spec());
    int scenes = options.scenesOr(Integer.MAX_VALUE);
    for (int i = 0; i < executions.size() && tally.counted("scenes") < scenes; i++) {
      SpswArchive.Execution execution = executions.get(i);
      Split split = splits.getOrDefault(execution.subject(), Split.TEST);
      new Walk(execution, split, options, tally, scenes).write(archive, writer);
      progress.at(i + 1L, executions.size());
    }
    return tally.report();
  }

  /** 15 of 100 subjects are for validation and as many for test; of three or more at least one. */
  private static Map<String, Split> splits(List<SpswArchive.Execution> executions, long seed) {
    TreeSet<String> names = new TreeSet<>();
    executions.forEach(execution -> names.add(execution.subject()));
    List<String> subjects = new ArrayList<>(names);
    Collections.shuffle(subjects, SeededRandom.of(seed, "subjects"));
    int held = subjects.size() < 3 ? 0 : Math.max(1, Math.round(subjects.size() * 0.15f));
    Map<String, Split> splits = new TreeMap<>();
    for (int i = 0; i < subjects.size(); i++) {
      splits.put(
          subjects.get(i), i < held ? Split.VALIDATION : i < 2 * held ? Split.TEST : Split.TRAIN);
    }
    return splits;
  }

  /** A contiguous 60 % of the samples is lost. */
  static void loseMost(float[][] samples, Random random) {
    int lost = (int) Math.round(0.6 * samples.length);
    int from = random.nextInt(samples.length - lost + 1);
    for (int i = from; i < from + lost; i++) {
      Arrays.fill(samples[i], Float.NaN);
    }
  }

  /** Writes one execution. */
  private static final class Walk {
    private final SpswArchive.Execution execution;
    private final String entity;
    private final Split split;
    private final ConversionOptions options;
    private final ConversionReport.Tally tally;
    private final int scenes;

    Walk(
        SpswArchive.Execution execution,
        Split split,
        ConversionOptions options,
        ConversionReport.Tally tally,
        int scenes) {
      this.execution = execution;
      this.entity = execution.subject() + "-" + execution.number();
      this.split = split;
      this.options = options;
      this.tally = tally;
      this.scenes = scenes;
    }

    void write(SpswArchive archive, DatasetWriter writer) {
      long begin = Math.max(execution.phone().begin(), execution.watch().begin());
      long end = Math.min(execution.phone().end(), execution.watch().end());
      long first = Math.floorDiv(begin + PERIOD - 1, PERIOD) * PERIOD;
      for (long time = first; time + PERIOD <= end; time += PERIOD) {
        frame("phone", execution.phone(), time + PERIOD, writer);
        frame("watch", execution.watch(), time + PERIOD, writer);
        Map<String, Object> subject = archive.subject(execution.subject());
        if (subject.isEmpty()) {
          tally.note("there is no record of subject " + execution.subject());
        } else {
          observe("subject", time, new Payload.Fields(subject), writer);
        }
      }
      writer.split(entity, split);
      for (long time = first; time + WINDOW <= end; time += PERIOD) {
        if (tally.counted("scenes") < scenes) {
          label(time, writer);
        }
      }
    }

    /** The device's last second before {@code end}; shorter at the beginning of a walk. */
    private void frame(String device, MotionSeries series, long end, DatasetWriter writer) {
      Random random = SeededRandom.of(options.seed(), "frame", device, entity, end);
      if (random.nextDouble() < options.missing()) {
        tally.count("missing." + device);
        return;
      }
      long from = Math.max(end - FRAME, Math.floorDiv(series.begin() + 9, 10) * 10);
      float[][] samples = series.samples(from, end);
      if (random.nextDouble() < options.degrade()) {
        loseMost(samples, random);
        tally.count("degraded." + device);
      }
      // The frame is known with its last sample.
      observe(device, end - 1, Payload.Samples.of(MotionSeries.RATE_HZ, samples), writer);
    }

    private void observe(String modality, long time, Payload payload, DatasetWriter writer) {
      writer.observation(
          modality + ".jsonl.gz",
          Observation.of(
              "%s-%d".formatted(modality, time),
              entity,
              modality,
              Instant.ofEpochMilli(time),
              payload));
      tally.count("observations." + modality);
    }

    private void label(long begin, DatasetWriter writer) {
      Map<String, Integer> counts = new TreeMap<>();
      execution.phone().count(begin, begin + WINDOW, counts);
      execution.watch().count(begin, begin + WINDOW, counts);
      String most = "";
      for (String activity : ACTIVITIES) {
        if (counts.getOrDefault(activity, 0) > counts.getOrDefault(most, 0)) {
          most = activity;
        }
      }
      int all = counts.values().stream().mapToInt(Integer::intValue).sum();
      if (all == 0 || counts.getOrDefault(most, 0) < CLEAR * all) {
        tally.count("windows.unclear");
      } else {
        writer.label(
            new Label(
                entity,
                Instant.ofEpochMilli(begin),
                Instant.ofEpochMilli(begin + WINDOW),
                "activity",
                most));
        tally.count("scenes");
        tally.count("scenes." + split.label());
        tally.count("activity." + most);
      }
    }
  }
}
