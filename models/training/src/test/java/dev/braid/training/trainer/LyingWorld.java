package dev.braid.training.trainer;

import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.observation.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A data set of two modalities that show whether the entity is hot or cold, each hardly readable in
 * one scene of three: a text of forty words, of which then two are left, and two numbers, which are
 * then hardly apart.
 */
final class LyingWorld {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String SPEC =
      """
      name: lying-world
      window: {size: 10s}
      modalities:
        word: {kind: text, language: en}
        form: {kind: record, numeric: [size, weight]}
      tasks:
        state: {kind: classification, labels: [cold, hot]}
      """;

  private LyingWorld() {}

  static Path write(Path directory, int scenes) throws IOException {
    Random random = new Random(7);
    List<String> observations = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    List<String> splits = new ArrayList<>();
    for (int i = 0; i < scenes; i++) {
      boolean hot = i % 2 == 0;
      String entity = "e" + i;
      Instant start = START.plusSeconds(10L * i);
      int words = random.nextInt(3) == 0 ? 2 : 40;
      double apart = random.nextInt(3) == 0 ? 0.1 : 3;
      Payload text = new Payload.Text(words(random, hot, words), "text/plain");
      Payload form =
          new Payload.Fields(
              Map.of(
                  "size", (hot ? apart : -apart) + random.nextGaussian(),
                  "weight", (hot ? apart : -apart) + random.nextGaussian()));
      observations.add(line("w" + i, entity, "word", start.plusSeconds(3), text));
      observations.add(line("f" + i, entity, "form", start.plusSeconds(3), form));
      labels.add(
          "{\"entity\":\"%s\",\"start\":\"%s\",\"end\":\"%s\",\"task\":\"state\",\"value\":\"%s\"}"
              .formatted(entity, start, start.plusSeconds(10), hot ? "hot" : "cold"));
      String split = i % 5 == 3 ? "validation" : i % 5 == 4 ? "test" : "train";
      splits.add("{\"entity\":\"%s\",\"split\":\"%s\"}".formatted(entity, split));
    }
    Files.createDirectories(directory.resolve("observations"));
    Files.writeString(directory.resolve("spec.yaml"), SPEC);
    Files.write(directory.resolve("observations/all.jsonl"), observations);
    Files.write(directory.resolve("labels.jsonl"), labels);
    Files.write(directory.resolve("splits.jsonl"), splits);
    return directory;
  }

  private static String line(
      String id, String entity, String modality, Instant time, Payload payload) {
    return ObservationJson.format(Observation.of(id, entity, modality, time, payload));
  }

  /** Each word leans to one side: most warm ones are said of what is hot. */
  private static String words(Random random, boolean hot, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      boolean warm = random.nextInt(3) == 0 ? !hot : hot;
      text.append(warm ? "warm" : "cool").append((char) ('a' + random.nextInt(20))).append(' ');
    }
    return text.toString();
  }
}
