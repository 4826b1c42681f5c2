package dev.braid.pipelines.evaluate;

import dev.braid.dataset.LabelledScene;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The plain way to find what is unusual: how many deviations the numbers of a scene that its entity
 * had not reported before lie from the mean of the {@value #HISTORY} before them; the largest of
 * them is the scene's score. Numbers are the readings of sensors by channel and the numeric fields
 * of records; other modalities do not count. Not safe for several threads.
 */
final class RollingZScore {
  static final int HISTORY = 288;

  /** With fewer numbers before it nothing is unusual. */
  private static final int SHORTEST = 8;

  /** The least deviation as a share of the history's root mean square. */
  private static final double ROUNDING = 1e-3;

  private static final double HIGHEST = 1e6;

  private final Map<String, Channel> channels = new HashMap<>();
  private String entity = "";

  /** The scores of scenes, those of one entity next to each other and in order. */
  static List<SceneScore> of(List<LabelledScene> scenes) {
    RollingZScore rolling = new RollingZScore();
    List<SceneScore> scores = new ArrayList<>();
    for (LabelledScene scene : scenes) {
      scores.add(new SceneScore(scene.entity(), scene.start(), scene.end(), rolling.score(scene)));
    }
    return scores;
  }

  private double score(LabelledScene scene) {
    if (!scene.entity().equals(entity)) {
      channels.clear();
      entity = scene.entity();
    }
    double most = 0;
    for (Map.Entry<String, List<Observation>> modality : scene.observations().entrySet()) {
      for (Observation observation : modality.getValue()) {
        most = Math.max(most, score(modality.getKey(), observation));
      }
    }
    return most;
  }

  private double score(String modality, Observation observation) {
    double time = observation.getTime().toEpochMilli();
    double most = 0;
    if (observation.getPayload() instanceof Payload.Samples samples) {
      int count = samples.count();
      for (int c = 0; c < samples.channels(); c++) {
        Channel channel = channel(modality + "." + c);
        List<Double> fresh = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          // A frame ends with its last reading; frames that overlap report readings again. Half a
          // reading of tolerance: clocks jitter.
          double at = time - (count - 1 - i) * 1000 / samples.rateHz();
          if (at > channel.latest + 500 / samples.rateHz() && !Float.isNaN(samples.at(i, c))) {
            fresh.add((double) samples.at(i, c));
          }
        }
        most = Math.max(most, channel.take(fresh, time));
      }
    } else if (observation.getPayload() instanceof Payload.Fields fields) {
      for (Map.Entry<String, Object> field : fields.values().entrySet()) {
        if (field.getValue() instanceof Double number) {
          Channel channel = channel(modality + "." + field.getKey());
          if (time > channel.latest) {
            most = Math.max(most, channel.take(List.of(number), time));
          }
        }
      }
    }
    return most;
  }

  private Channel channel(String name) {
    return channels.computeIfAbsent(name, n -> new Channel());
  }

  /** The latest numbers of one channel of one entity. */
  private static final class Channel {
    private final Deque<Double> history = new ArrayDeque<>();
    private double latest = Double.NEGATIVE_INFINITY;

    /** Scores new numbers against the history as it was before them, and keeps them. */
    double take(List<Double> fresh, double time) {
      double mean = history.stream().mapToDouble(Double::doubleValue).average().orElse(0);
      double squares = history.stream().mapToDouble(v -> v * v).average().orElse(0);
      double deviation =
          Math.max(Math.sqrt(Math.max(0, squares - mean * mean)), ROUNDING * Math.sqrt(squares));
      double most = 0;
      for (double value : fresh) {
        double off = Math.abs(value - mean);
        most = Math.max(most, off == 0 ? 0 : Math.min(HIGHEST, off / deviation));
      }
      boolean known = history.size() >= SHORTEST;
      history.addAll(fresh);
      while (history.size() > HISTORY) {
        history.removeFirst();
      }
      latest = Math.max(latest, time);
      return known ? most : 0;
    }
  }
}
