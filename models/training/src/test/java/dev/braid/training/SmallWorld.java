package dev.braid.training;

import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.observation.Payload;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/**
 * A data set of all five kinds in which every modality shows whether the entity is hot or cold:
 * bright images, high tones, fast series, warm words, large numbers.
 */
public final class SmallWorld {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String SPEC =
      """
      name: small-world
      window: {size: 10s}
      modalities:
        eye: {kind: image, height: 16, width: 16, channels: 1}
        ear: {kind: audio, rateHz: 8000, length: 1s}
        skin: {kind: sensor, channels: 2, rateHz: 10, frame: 4s}
        word: {kind: text, language: en}
        form: {kind: record, numeric: [size], categorical: [colour]}
      tasks:
        state: {kind: classification, labels: [cold, hot]}
        degrees: {kind: regression}
      """;

  private SmallWorld() {}

  /** Writes the data set and returns its directory. */
  public static Path write(Path directory, int scenes) throws IOException {
    Random random = new Random(7);
    List<String> observations = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    List<String> splits = new ArrayList<>();
    for (int i = 0; i < scenes; i++) {
      boolean hot = i % 2 == 0;
      String entity = "e" + i;
      Instant start = START.plusSeconds(10L * i);
      Map<String, Payload> payloads = new LinkedHashMap<>();
      payloads.put("eye", image(random, hot));
      payloads.put("ear", tone(random, hot));
      payloads.put("skin", series(random, hot));
      payloads.put("word", new Payload.Text(words(random, hot), "text/plain"));
      payloads.put(
          "form",
          new Payload.Fields(
              Map.of("size", (hot ? 5.0 : 1.0) + random.nextDouble(), "colour", hot ? "r" : "b")));
      List<String> names = new ArrayList<>(payloads.keySet());
      // Every modality is missing from some scene, one scene in five has two of one.
      names.remove(i % names.size());
      for (String name : names) {
        observations.add(line(name + i, entity, name, start.plusSeconds(3), payloads));
      }
      if (i % 5 == 0) {
        observations.add(line("again" + i, entity, names.get(0), start.plusSeconds(6), payloads));
      }
      String label =
          "{\"entity\":\"%s\",\"start\":\"%s\",\"end\":\"%s\",\"task\":\"%s\",\"value\":%s}";
      String end = start.plusSeconds(10).toString();
      labels.add(label.formatted(entity, start, end, "state", hot ? "\"hot\"" : "\"cold\""));
      labels.add(label.formatted(entity, start, end, "degrees", hot ? "80.0" : "20.0"));
      String split = i % 10 == 8 ? "validation" : i % 10 == 9 ? "test" : "train";
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
      String id, String entity, String modality, Instant time, Map<String, Payload> payloads) {
    return ObservationJson.format(
        Observation.of(id, entity, modality, time, payloads.get(modality)));
  }

  private static Payload image(Random random, boolean hot) throws IOException {
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 256; i++) {
      int grey = (hot ? 150 : 20) + random.nextInt(80);
      image.setRGB(i % 16, i / 16, grey << 16 | grey << 8 | grey);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return new Payload.Blob(bytes.toByteArray(), "image/png");
  }

  private static Payload tone(Random random, boolean hot) throws IOException {
    byte[] samples = new byte[2 * (4000 + random.nextInt(6000))];
    for (int i = 0; i < samples.length / 2; i++) {
      double wave = Math.sin(2 * Math.PI * i * (hot ? 1800 : 400) / 8000.0);
      short value = (short) (wave * 8000 + random.nextGaussian() * 500);
      samples[2 * i] = (byte) value;
      samples[2 * i + 1] = (byte) (value >> 8);
    }
    AudioFormat format = new AudioFormat(8000, 16, 1, true, false);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    AudioSystem.write(
        new AudioInputStream(
            new ByteArrayInputStream(samples), format, samples.length / format.getFrameSize()),
        AudioFileFormat.Type.WAVE,
        bytes);
    return new Payload.Blob(bytes.toByteArray(), "audio/wav");
  }

  private static Payload series(Random random, boolean hot) {
    float[][] values = new float[20 + random.nextInt(30)][2];
    for (int i = 0; i < values.length; i++) {
      values[i][0] = (float) (Math.sin(i * (hot ? 2.0 : 0.3)) + 0.1 * random.nextGaussian());
      values[i][1] = i % 7 == 3 ? Float.NaN : (float) random.nextGaussian();
    }
    return Payload.Samples.of(10, values);
  }

  private static String words(Random random, boolean hot) {
    String[] warm = {"steam", "burning", "fire", "boiling"};
    String[] cool = {"frost", "ice", "snow", "frozen"};
    String[] filler = {"pump", "valve", "shift", "morning", "panel"};
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      String[] from = i % 2 == 0 ? filler : hot ? warm : cool;
      text.append(from[random.nextInt(from.length)]).append(' ');
    }
    return text.toString();
  }
}
