package dev.braid.bench.baseline;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.Manifest;
import dev.braid.featurizer.Featurizer;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.scene.SceneTensors;
import dev.braid.tensor.TensorRow;
import dev.braid.transforms.align.Scene;

/** Turns what a pipeline carries into a model's row, as all systems must. */
public interface RowMaker<T> {
  /** The row of one element. */
  TensorRow row(T element);

  /** The model that is measured: the fusion, or the encoder of the first modality. */
  static Manifest.Model model(Bundle bundle, boolean fusion) {
    return fusion
        ? bundle.manifest().fusion()
        : bundle.manifest().encoders().values().iterator().next();
  }

  /** Of scenes if it is a fusion, or else of observations. */
  @SuppressWarnings("unchecked") // As said.
  static <T> RowMaker<T> of(Bundle bundle, boolean fusion) {
    if (fusion) {
      SceneTensors tensors = new SceneTensors(bundle.spec(), bundle.widths());
      RowMaker<Scene> maker =
          scene -> tensors.row(scene.getWindowStart(), scene.getWindowEnd(), scene.getTokens());
      return (RowMaker<T>) maker;
    }
    Featurizer featurizer = bundle.featurizers().values().iterator().next();
    RowMaker<Observation> maker =
        observation -> {
          try {
            return featurizer.featurize(observation.getPayload());
          } catch (InvalidObservationException e) {
            throw new IllegalStateException(e);
          }
        };
    return (RowMaker<T>) maker;
  }
}
