package dev.braid.training.compress;

import dev.braid.bundle.Bundle;
import dev.braid.dataset.Split;
import dev.braid.serving.ModelInfo;
import dev.braid.serving.ModelServer;
import dev.braid.serving.ServingOptions;
import dev.braid.tensor.TensorRow;
import dev.braid.training.trainer.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A draft that is served from a directory of its own and was judged by its answers. Owns its lease;
 * not safe for several threads.
 */
final class Trial implements AutoCloseable {
  private final String step;
  private final Draft draft;
  private final TrainingData data;
  private final Path directory;
  private final ModelServer.Lease lease;
  private final ServedScenes scenes;
  private final ServedScenes.Score validation;

  private Trial(
      String step, Draft draft, TrainingData data, Path directory, ModelServer.Lease lease) {
    this.step = step;
    this.draft = draft;
    this.data = data;
    this.directory = directory;
    this.lease = lease;
    this.scenes = new ServedScenes(lease.server(), data);
    this.validation = scenes.score(data.examples(Split.VALIDATION));
  }

  /**
   * Writes the draft, serves it and scores its answers to the validation scenes.
   *
   * @throws dev.braid.bundle.InvalidBundleException if it does not reproduce its golden rows
   * @throws CompressionRefusedException if it cannot answer a scene
   */
  static Trial of(String step, Draft draft, TrainingData data, Path directory) throws IOException {
    draft.write(directory);
    ModelServer.Lease lease = ModelServer.lease(directory, ServingOptions.defaults());
    try {
      return new Trial(step, draft, data, directory, lease);
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  String step() {
    return step;
  }

  Draft draft() {
    return draft;
  }

  TrainingData data() {
    return data;
  }

  Bundle bundle() {
    return Bundle.open(directory);
  }

  ServedScenes scenes() {
    return scenes;
  }

  ServedScenes.Score validation() {
    return validation;
  }

  /** The rows of a model to measure it with, at most {@code count}. */
  List<TensorRow> rows(String model, int count) {
    if (model.equals("fusion")) {
      List<TrainingData.Example> examples = data.examples(Split.VALIDATION);
      return scenes.fusionRows(examples.subList(0, Math.min(count, examples.size())));
    }
    List<TensorRow> rows = data.rows(model);
    return Stream.iterate(0, i -> i + 1)
        .limit(Math.min(count, rows.size()))
        .map(rows::get)
        .toList();
  }

  /** Runs a model, as a pipeline would. */
  void run(String model, List<TensorRow> rows) {
    if (model.equals("fusion")) {
      lease.server().fuse(rows);
    } else {
      lease.server().encode(model, rows);
    }
  }

  /** The figures of this step. */
  Stage stage(Map<String, Stage.Latency> latency) throws IOException {
    long models = 0;
    long parameters = 0;
    Map<String, Long> bytes = new LinkedHashMap<>();
    for (ModelInfo model : lease.server().models()) {
      models += model.bytes();
      parameters += model.parameters();
      bytes.put(model.name(), model.bytes());
    }
    long whole = Files.size(directory.resolve("manifest.json"));
    for (byte[] file : draft.files().values()) {
      whole += file.length;
    }
    List<TrainingData.Example> held = data.examples(Split.TEST);
    return new Stage(
        step,
        lease.server().precision(),
        models,
        whole,
        parameters,
        bytes,
        validation.accuracy(),
        held.isEmpty() ? Map.of() : scenes.score(held).accuracy(),
        latency);
  }

  @Override
  public void close() {
    lease.close();
  }
}
