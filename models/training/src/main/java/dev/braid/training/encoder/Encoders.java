package dev.braid.training.encoder;

import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.TextFeaturizer;
import dev.braid.spec.ModalitySpec;
import dev.braid.training.graph.Parameters;
import dev.braid.training.own.FrozenEncoder;

/** Makes the encoder that a modality asks for, with fresh weights. */
public final class Encoders {
  private Encoders() {}

  /**
   * The width of a modality's embedding: {@code trained}, unless the user brings the encoder.
   *
   * @throws IllegalArgumentException if that encoder is not behind the featurizer
   */
  public static int width(ModalitySpec spec, Featurizer featurizer, int trained) {
    if (!spec.bringsEncoder()) {
      return trained;
    }
    if (featurizer instanceof FrozenEncoder frozen) {
      return frozen.graphOutput().stride();
    }
    throw new IllegalArgumentException(
        "'%s' is an encoder that the user brings, and it is not open; OwnEncoders opens it"
            .formatted(spec.encoder()));
  }

  /**
   * An encoder whose weights are called {@code name.*}.
   *
   * @param width the size of an embedding
   */
  public static Encoder create(
      ModalitySpec spec, Featurizer featurizer, Parameters parameters, String name, int width) {
    if (spec.bringsEncoder()) {
      return new GivenEmbedding();
    } else if (spec instanceof ModalitySpec.Image image) {
      return new ImageEncoder(image, parameters, name, width);
    } else if (spec instanceof ModalitySpec.Audio audio) {
      return new AudioEncoder(audio, parameters, name, width);
    } else if (spec instanceof ModalitySpec.Sensor sensor) {
      return new SensorEncoder(sensor, parameters, name, width);
    } else if (spec instanceof ModalitySpec.Text) {
      return new TextEncoder(
          ((TextFeaturizer) featurizer).vocabularySize(), parameters, name, width);
    } else if (spec instanceof ModalitySpec.Record) {
      return new RecordEncoder(featurizer.inputs().get(0).stride(), parameters, name, width);
    }
    throw new AssertionError(spec);
  }
}
