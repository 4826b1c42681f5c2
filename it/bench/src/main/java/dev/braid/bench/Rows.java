package dev.braid.bench;

import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.scene.Token;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.transforms.align.Scene;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The rows that a net is asked for: as many as are distinct, the same in every process. */
final class Rows {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Rows() {}

  /** Observations of the net's first modality. */
  static List<Observation> observations(Net net) {
    Random random = new Random(1);
    List<Observation> rows = new ArrayList<>();
    for (int i = 0; i < net.distinctRows(); i++) {
      float[] values = new float[net.samples() * net.channels()];
      for (int r = 0; r < values.length; r++) {
        values[r] = (float) random.nextGaussian();
      }
      rows.add(
          Observation.of(
              "o" + i,
              "machine-" + i % 16,
              "m0",
              START.plusMillis(i),
              new Payload.Samples(net.samples(), net.channels(), values)));
    }
    return rows;
  }

  /** Scenes with one token of every modality. */
  static List<Scene> scenes(Net net) {
    Random random = new Random(1);
    Spec spec = SpecYaml.parse(net.spec());
    List<Scene> rows = new ArrayList<>();
    for (int i = 0; i < net.distinctRows(); i++) {
      Map<String, List<Token>> tokens = new LinkedHashMap<>();
      for (String modality : spec.modalities().keySet()) {
        float[] embedding = new float[Net.WIDTH];
        for (int d = 0; d < embedding.length; d++) {
          embedding[d] = (float) random.nextGaussian();
        }
        tokens.put(modality, List.of(new Token("o" + i, START.plusSeconds(3), embedding)));
      }
      rows.add(Scene.of("machine-" + i % 16, START, START.plusSeconds(10), tokens));
    }
    return rows;
  }
}
