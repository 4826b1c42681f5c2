package dev.braid.transforms.fuse;

import dev.braid.observation.InvalidObservationException;
import dev.braid.scene.Answer;
import dev.braid.serving.CallObserver;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.tensor.TensorRow;
import dev.braid.transforms.align.Scene;
import dev.braid.transforms.model.AskedModel;
import dev.braid.transforms.observation.DeadLetter;
import java.util.List;
import org.apache.beam.sdk.metrics.Metrics;

/** Turns scenes into rows, and the answers to rows into predictions. Safe for several threads. */
final class SceneFusion implements AskedModel<Scene, Answer, Prediction> {
  private final ModelServer server;
  private final Prediction.Model model;

  SceneFusion(ModelServer server) {
    this.server = server;
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
        .setPresent(List.copyOf(scene.getTokens().keySet()))
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
    for (String modality : server.spec().modalities().keySet()) {
      int present = 0;
      double attention = 0;
      for (int i = 0; i < scenes.size(); i++) {
        if (scenes.get(i).getTokens().containsKey(modality)) {
          present++;
          attention += answers.get(i).attention().getOrDefault(modality, 0f);
        }
      }
      if (present > 0) {
        Metrics.counter(FuseModalities.class, "present." + modality).inc(present);
        Metrics.distribution(FuseModalities.class, "attentionPermille." + modality)
            .update(Math.round(1000 * attention / present));
      }
    }
  }
}
