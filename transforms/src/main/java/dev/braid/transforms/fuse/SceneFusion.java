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
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Distribution;
import org.apache.beam.sdk.metrics.Metrics;

/** Turns scenes into rows, and the answers to rows into predictions. Safe for several threads. */
final class SceneFusion implements AskedModel<Scene, Answer, Prediction> {
  private final ModelServer server;
  private final Prediction.Model model;
  private final List<String> modalities;
  private final Counter[] present;
  private final Distribution[] attention;

  SceneFusion(ModelServer server) {
    this.server = server;
    this.modalities = List.copyOf(server.spec().modalities().keySet());
    this.present = new Counter[modalities.size()];
    this.attention = new Distribution[modalities.size()];
    for (int m = 0; m < present.length; m++) {
      String modality = modalities.get(m);
      present[m] = Metrics.counter(FuseModalities.class, "present." + modality);
      attention[m] = Metrics.distribution(FuseModalities.class, "attentionPermille." + modality);
    }
    this.model =
        new Prediction.Model(server.name(), server.digest(), server.device(), server.precision());
  }

  /** There is one fusion. */
  @Override
  public String model(Scene scene) {
    return "fusion";
  }

  @Override
  public TensorRow row(Scene scene) throws InvalidObservationException {
    if (scene.getTokens().isEmpty()) {
      // The model would answer, whatever it was trained to make of padding alone.
      throw new InvalidObservationException("no modality is present, and an answer needs one");
    }
    return server
        .sceneTensors()
        .row(scene.getWindowStart(), scene.getWindowEnd(), scene.getTokens());
  }

  @Override
  public List<RowResult<Answer>> ask(String fusion, List<TensorRow> rows, CallObserver observer) {
    return server.fuse(rows, observer);
  }

  @Override
  public Prediction output(Scene scene, Answer answer) {
    return Prediction.builder()
        .setEntity(scene.getEntity())
        .setWindowStart(scene.getWindowStart())
        .setWindowEnd(scene.getWindowEnd())
        .setOrdinal(scene.getOrdinal())
        .setRevision(scene.getRevision())
        .setFinal(scene.isFinal())
        .setAnswer(answer)
        .setPresent(present(scene))
        .setAnomalyThreshold(server.anomalyThreshold())
        .setModel(model)
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
        server.digest(),
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
