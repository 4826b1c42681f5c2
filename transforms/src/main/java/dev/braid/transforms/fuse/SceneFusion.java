package dev.braid.transforms.fuse;

import dev.braid.observation.InvalidObservationException;
import dev.braid.scene.Answer;
import dev.braid.scene.Token;
import dev.braid.serving.CallObserver;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.tensor.TensorRow;
import dev.braid.transforms.align.Scene;
import dev.braid.transforms.model.AskedModel;
import dev.braid.transforms.observation.DeadLetter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Distribution;
import org.apache.beam.sdk.metrics.Metrics;
import org.jspecify.annotations.Nullable;

/**
 * Turns scenes into rows, and the answers to rows into predictions. While a version with other
 * encoders takes the place of the one before, a scene is answered by the newer one that has encoded
 * all of it. Safe for several threads.
 */
final class SceneFusion implements AskedModel<Scene, Answer, Prediction> {
  private final Version newest;
  private final @Nullable Version before;
  private final List<String> modalities;
  private final Counter[] present;
  private final Distribution[] attention;

  /** One that may answer. */
  private record Version(ModelServer server, Prediction.Model model) {
    static Version of(ModelServer server) {
      return new Version(
          server,
          new Prediction.Model(
              server.name(), server.digest(), server.device(), server.precision()));
    }

    /** The number of a modality's encoder; that of none if it has no such modality. */
    private int encoder(String modality) {
      return server.encoders().getOrDefault(modality, -1);
    }

    /** Whether its encoders have encoded all of the scene. */
    boolean hasWhole(Scene scene) {
      for (Map.Entry<String, List<Token>> modality : scene.getTokens().entrySet()) {
        int encoder = encoder(modality.getKey());
        for (Token token : modality.getValue()) {
          if (!token.isBy(encoder)) {
            return false;
          }
        }
      }
      return true;
    }

    private boolean isFirst(Scene scene) {
      for (Map.Entry<String, List<Token>> modality : scene.getTokens().entrySet()) {
        int encoder = encoder(modality.getKey());
        for (Token token : modality.getValue()) {
          if (!token.isFirst(encoder)) {
            return false;
          }
        }
      }
      return true;
    }

    long encoded(Scene scene) {
      return scene.getTokens().entrySet().stream()
          .mapToLong(
              modality ->
                  modality.getValue().stream()
                      .filter(token -> token.isBy(encoder(modality.getKey())))
                      .count())
          .sum();
    }

    /**
     * The scene's tokens, each of which has the embedding that its encoders made in front; null if
     * they have not encoded all of it.
     */
    @Nullable Map<String, List<Token>> tokens(Scene scene) {
      if (isFirst(scene)) {
        return scene.getTokens();
      }
      if (!hasWhole(scene)) {
        return null;
      }
      Map<String, List<Token>> tokens = new LinkedHashMap<>();
      scene
          .getTokens()
          .forEach(
              (modality, all) -> {
                int encoder = encoder(modality);
                tokens.put(modality, all.stream().map(token -> token.by(encoder)).toList());
              });
      return tokens;
    }
  }

  /** With the versions that the lease has now. */
  SceneFusion(ModelServer.Lease lease) {
    this.newest = Version.of(lease.server());
    ModelServer older = lease.before();
    this.before = older == null ? null : Version.of(older);
    ModelServer server = lease.server();
    this.modalities = List.copyOf(server.spec().modalities().keySet());
    this.present = new Counter[modalities.size()];
    this.attention = new Distribution[modalities.size()];
    for (int m = 0; m < present.length; m++) {
      String modality = modalities.get(m);
      present[m] = Metrics.counter(FuseModalities.class, "present." + modality);
      attention[m] = Metrics.distribution(FuseModalities.class, "attentionPermille." + modality);
    }
  }

  /** The fusion of the version that answers. */
  @Override
  public String model(Scene scene) {
    return answering(scene) == newest ? "fusion" : "fusion of the version before";
  }

  /** Which version answers a scene, if one of them has encoded all of it; else the newest. */
  private Version answering(Scene scene) {
    return before == null || newest.hasWhole(scene) || !before.hasWhole(scene) ? newest : before;
  }

  /**
   * The row of one scene.
   *
   * @throws InvalidObservationException if no version has encoded all of it: what one had encoded
   *     is not all that there was, and what several had does not go together
   */
  @Override
  public TensorRow row(Scene scene) throws InvalidObservationException {
    if (scene.getTokens().isEmpty()) {
      // The model would answer, whatever it was trained to make of padding alone.
      throw new InvalidObservationException("no modality is present, and an answer needs one");
    }
    Version version = answering(scene);
    Map<String, List<Token>> tokens = version.tokens(scene);
    if (tokens == null) {
      throw new InvalidObservationException(notWhole(scene));
    }
    return version
        .server()
        .sceneTensors()
        .row(scene.getWindowStart(), scene.getWindowEnd(), tokens);
  }

  private String notWhole(Scene scene) {
    long all = scene.getTokens().values().stream().mapToLong(List::size).sum();
    return ("of its %d observations the encoders of %s have encoded %d%s; it was cut while one"
            + " version took the place of another")
        .formatted(
            all,
            newest.model().brief(),
            newest.encoded(scene),
            before == null
                ? ", and no other version serves here"
                : ", those of %s %d".formatted(before.model().brief(), before.encoded(scene)));
  }

  @Override
  public List<RowResult<Answer>> ask(String fusion, List<TensorRow> rows, CallObserver observer) {
    Version version = before == null || fusion.equals("fusion") ? newest : before;
    return version.server().fuse(rows, observer);
  }

  @Override
  public Prediction output(Scene scene, Answer answer) {
    Version version = answering(scene);
    return Prediction.builder()
        .setEntity(scene.getEntity())
        .setWindowStart(scene.getWindowStart())
        .setWindowEnd(scene.getWindowEnd())
        .setOrdinal(scene.getOrdinal())
        .setRevision(scene.getRevision())
        .setFinal(scene.isFinal())
        .setAnswer(answer)
        .setPresent(present(scene))
        .setAnomalyThreshold(version.server().anomalyThreshold())
        .setModel(version.model())
        .build();
  }

  @Override
  public DeadLetter failure(Scene scene, String reason) {
    return DeadLetter.of(
        FuseModalities.STEP,
        null,
        scene.getEntity(),
        null,
        "scene from %s to %s: %s".formatted(scene.getWindowStart(), scene.getWindowEnd(), reason),
        answering(scene).model().digest(),
        SceneJson.format(scene));
  }

  @Override
  public void answered(String fusion, List<Scene> scenes, List<Answer> answers) {
    if (scenes.isEmpty()) {
      return;
    }
    long earliest = Long.MAX_VALUE;
    for (Scene scene : scenes) {
      earliest = Math.min(earliest, scene.getWindowEnd().toEpochMilli());
    }
    Metrics.distribution(FuseModalities.class, "lagMillis")
        .update(System.currentTimeMillis() - earliest);
    int[] counts = new int[present.length];
    double[] sums = new double[present.length];
    for (int i = 0; i < scenes.size(); i++) {
      Map<String, List<Token>> tokens = scenes.get(i).getTokens();
      boolean all = tokens.size() == counts.length;
      int m = 0;
      for (float share : answers.get(i).attention().values()) {
        if (all || tokens.containsKey(modalities.get(m))) {
          counts[m]++;
          sums[m] += share;
        }
        m++;
      }
    }
    for (int m = 0; m < counts.length; m++) {
      if (counts[m] > 0) {
        present[m].inc(counts[m]);
        attention[m].update(Math.round(1000 * sums[m] / counts[m]));
      }
    }
  }

  /** Both are in the order of the spec. */
  private List<String> present(Scene scene) {
    return scene.getTokens().size() == modalities.size()
        ? modalities
        : List.copyOf(scene.getTokens().keySet());
  }
}
