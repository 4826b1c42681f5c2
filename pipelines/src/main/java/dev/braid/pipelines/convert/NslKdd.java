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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Network connections, each one record of 41 features, attack or not (Tavallaee et al., A Detailed
 * Analysis of the KDD CUP 99 Data Set, CISDA 2009). Only the training file is used; of every
 * category 15 of 100 connections are for validation and as many for test.
 */
final class NslKdd implements Conversion {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration WINDOW = Duration.ofSeconds(1);

  @Override
  public String name() {
    return "nsl-kdd";
  }

  @Override
  public boolean needsSource() {
    return true;
  }

  private Spec spec() {
    Map<String, TaskSpec> tasks = new LinkedHashMap<>();
    tasks.put("attack", new TaskSpec.Classification(List.of("normal", "attack")));
    tasks.put("category", new TaskSpec.Classification(NslKddRow.CATEGORIES));
    return new Spec(
        name(),
        new Spec.EntitySpec("network connection"),
        new WindowSpec.Time(WINDOW, null, null),
        Map.of(
            "connection",
            new ModalitySpec.Record(NslKddRow.numericFields(), NslKddRow.CATEGORICAL, 1)),
        tasks,
        null);
  }

  @Override
  public ConversionReport convert(
      Path source, DatasetWriter writer, ConversionOptions options, Progress progress) {
    if (options.missing() > 0 || options.degrade() > 0) {
      throw new InvalidSourceException(
          "a connection of nsl-kdd is one record: leave out --missing and --degrade");
    }
    ConversionReport.Tally tally = new ConversionReport.Tally();
    List<NslKddRow> rows = NslKddRow.read(source);
    Split[] splits = splits(rows, options.seed());
    writer.spec(spec());
    int scenes = Math.min(rows.size(), options.scenesOr(Integer.MAX_VALUE));
    for (int i = 0; i < scenes; i++) {
      NslKddRow row = rows.get(i);
      String entity = "connection-%06d".formatted(i + 1);
      Instant time = BEGIN.plus(WINDOW.multipliedBy(i));
      writer.observation(
          "connections.jsonl.gz",
          Observation.of(entity, entity, "connection", time, new Payload.Fields(row.fields())));
      writer.split(entity, splits[i]);
      writer.label(
          new Label(
              entity, time, time.plus(WINDOW), "attack", row.isAttack() ? "attack" : "normal"));
      writer.label(new Label(entity, time, time.plus(WINDOW), "category", row.category()));
      tally.count("scenes");
      tally.count("scenes." + splits[i].label());
      tally.count("category." + row.category());
      progress.at(i + 1L, scenes);
    }
    return tally.report();
  }

  /** Drawn for each category alone: the rarest one has eleven connections in 25,192. */
  private static Split[] splits(List<NslKddRow> rows, long seed) {
    Split[] splits = new Split[rows.size()];
    for (String category : NslKddRow.CATEGORIES) {
      List<Integer> mine = new ArrayList<>();
      for (int i = 0; i < splits.length; i++) {
        if (rows.get(i).category().equals(category)) {
          mine.add(i);
        }
      }
      Collections.shuffle(mine, SeededRandom.of(seed, "connections", category));
      int held = mine.size() < 3 ? 0 : Math.max(1, Math.round(mine.size() * 0.15f));
      for (int i = 0; i < mine.size(); i++) {
        splits[mine.get(i)] = i < held ? Split.VALIDATION : i < 2 * held ? Split.TEST : Split.TRAIN;
      }
    }
    return splits;
  }
}
