package dev.braid.transforms.fuse;

import dev.braid.scene.Answer;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.tensor.TensorRow;
import dev.braid.transforms.align.Scene;
import java.util.List;

/** Turns scenes into rows, and the answers to rows into predictions. Safe for several threads. */
final class SceneFusion {
  private final ModelServer server;
  private final Prediction.Model model;

  SceneFusion(ModelServer server) {
    this.server = server;
    this.model =
        new Prediction.Model(server.name(), server.digest(), server.device(), server.precision());
  }

  /** The row of one scene. */
  TensorRow row(Scene scene) {
    return server
        .sceneTensors()
        .row(scene.getWindowStart(), scene.getWindowEnd(), scene.getTokens());
  }

  /** The answer to every row, or why there is none. */
  List<RowResult<Answer>> fuse(List<TensorRow> rows) {
    return server.fuse(rows);
  }

  /** The prediction that an answer is. */
  Prediction predict(Scene scene, Answer answer) {
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

  String digest() {
    return server.digest();
  }
}
