package dev.braid.pipelines.evaluate;

import dev.braid.dataset.Dataset;
import dev.braid.featurizer.Featurizer;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.observation.Payload;
import dev.braid.scene.Answer;
import dev.braid.scene.FusionOutputs;
import dev.braid.scene.SceneTensors;
import dev.braid.scene.Token;
import dev.braid.serving.TinyBundle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * A data set of machines {@code m0}, {@code m1}, ... for {@link TinyBundle}. Each machine has a
 * sensor frame, a text, a record and an image every 5 s from second 1 to 21, and labels for the
 * windows that begin at second 0, 5 and 10. The labels are what plain Java answers.
 */
public final class TinyDataset {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> WORDS = List.of("noise", "leak", "hot", "pump", "quiet");

  private final TinyBundle bundle = TinyBundle.ofSeed(1);
  private final List<String> observations = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();
  private final List<String> splits = new ArrayList<>();
  private final Map<String, List<Observation>> byEntity = new LinkedHashMap<>();

  /** A data set of so many machines; machine 1 is in the test part, the others in train. */
  public static TinyDataset ofMachines(int machines) {
    TinyDataset data = new TinyDataset();
    for (int m = 0; m < machines; m++) {
      String entity = "m" + m;
      for (int i = 0; i < 5; i++) {
        data.observe(entity, "vibration", i, samples(m, i));
        data.observe(
            entity,
            "log",
            i,
            new Payload.Text(WORDS.get((m + i) % 5) + " " + WORDS.get(i), "text/plain"));
        data.observe(
            entity,
            "order",
            i,
            new Payload.Fields(Map.of("age_days", 3.0 * m + i, "vendor", i % 2 == 0 ? "A" : "C")));
        data.observe(entity, "camera", i, image(20 * m + 5 * i));
      }
      data.splits.add(
          "{\"entity\":\"%s\",\"split\":\"%s\"}".formatted(entity, m == 1 ? "test" : "train"));
    }
    data.byEntity.keySet().forEach(data::label);
    return data;
  }

  /** Puts one machine into another part. */
  public TinyDataset withSplit(String entity, String split) {
    splits.removeIf(line -> line.contains("\"" + entity + "\""));
    splits.add("{\"entity\":\"%s\",\"split\":\"%s\"}".formatted(entity, split));
    return this;
  }

  /** Adds one line to the observations. */
  public TinyDataset withLine(String line) {
    observations.add(line);
    return this;
  }

  /** Replaces the state of the first label by another one. */
  public TinyDataset withOneWrongState() {
    for (String label : List.of("calm", "busy", "broken")) {
      if (!labels.get(0).contains(label)) {
        labels.set(
            0, labels.get(0).replaceAll("\"value\":\"[a-z]+\"", "\"value\":\"" + label + "\""));
        return this;
      }
    }
    throw new AssertionError(labels.get(0));
  }

  /** Writes the data set and opens it. */
  public Dataset write(Path directory) {
    try {
      Files.createDirectories(directory.resolve("observations"));
      Files.writeString(directory.resolve("spec.yaml"), TinyBundle.SPEC_YAML);
      Files.write(directory.resolve("observations/all.jsonl"), observations);
      Files.write(directory.resolve("labels.jsonl"), labels);
      Files.write(directory.resolve("splits.jsonl"), splits);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Dataset.open(directory);
  }

  private void observe(String entity, String modality, int index, Payload payload) {
    Observation observation =
        Observation.of(
            entity + "-" + modality + "-" + index,
            entity,
            modality,
            START.plusSeconds(1 + 5L * index),
            payload);
    byEntity.computeIfAbsent(entity, e -> new ArrayList<>()).add(observation);
    observations.add(ObservationJson.format(observation));
  }

  private void label(String entity) {
    for (int w = 0; w < 3; w++) {
      Instant start = START.plusSeconds(5L * w);
      Answer answer = answer(entity, start);
      Answer.Classified state = (Answer.Classified) answer.tasks().get("state");
      Answer.Estimated health = (Answer.Estimated) answer.tasks().get("health");
      String line =
          "{\"entity\":\"%s\",\"start\":\"%s\",\"end\":\"%s\",\"task\":\"%s\",\"value\":%s}";
      Instant end = start.plusSeconds(10);
      labels.add(line.formatted(entity, start, end, "state", '"' + state.label() + '"'));
      labels.add(line.formatted(entity, start, end, "health", health.value()));
    }
  }

  private Answer answer(String entity, Instant start) {
    Map<String, List<Token>> tokens = new LinkedHashMap<>();
    Map<String, Integer> widths = new LinkedHashMap<>();
    for (Map.Entry<String, Featurizer> featurizer : bundle.featurizers().entrySet()) {
      for (Observation observation : byEntity.get(entity)) {
        try {
          if (observation.getModality().equals(featurizer.getKey())
              && !observation.getTime().isBefore(start)
              && observation.getTime().isBefore(start.plusSeconds(10))) {
            float[] embedding =
                bundle
                    .models()
                    .encode(
                        featurizer.getKey(),
                        featurizer.getValue().featurize(observation.getPayload()));
            widths.put(featurizer.getKey(), embedding.length);
            tokens
                .computeIfAbsent(featurizer.getKey(), m -> new ArrayList<>())
                .add(new Token(observation.getId(), observation.getTime(), embedding));
          }
        } catch (InvalidObservationException e) {
          throw new AssertionError(e);
        }
      }
    }
    return new FusionOutputs(bundle.spec())
        .decode(
            bundle
                .models()
                .fuse(
                    new SceneTensors(bundle.spec(), widths)
                        .row(start, start.plusSeconds(10), tokens)));
  }

  private static Payload samples(int machine, int index) {
    float[][] values = new float[10][2];
    for (int i = 0; i < values.length; i++) {
      values[i][0] = (float) Math.sin(machine + 0.3 * index + i);
      values[i][1] = (float) Math.cos(machine * index + 0.5 * i);
    }
    return Payload.Samples.of(10, values);
  }

  private static Payload image(int grey) {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 64; i++) {
      image.getRaster().setSample(i % 8, i / 8, 0, (grey + 3 * i) % 256);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Payload.Blob(out.toByteArray(), "image/png");
  }
}
