package dev.braid.training.own;

import dev.braid.featurizer.Featurizer;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The featurizers of a spec, where those of a modality whose encoder the user brings go on through
 * that encoder. Owns native memory until {@link #close}.
 */
public final class OwnEncoders implements AutoCloseable {
  private final Map<String, Featurizer> featurizers;
  private final List<FrozenEncoder> opened;

  private OwnEncoders(Map<String, Featurizer> featurizers, List<FrozenEncoder> opened) {
    this.featurizers = Collections.unmodifiableMap(featurizers);
    this.opened = opened;
  }

  /**
   * Opens and checks every encoder that the spec names.
   *
   * @param directory where the spec lies, and the encoders below it
   * @param fitted the featurizers by modality
   * @throws InvalidEncoderException if one cannot be used
   */
  public static OwnEncoders open(Spec spec, Path directory, Map<String, Featurizer> fitted) {
    Map<String, Featurizer> featurizers = new LinkedHashMap<>();
    List<FrozenEncoder> opened = new ArrayList<>();
    try {
      for (Map.Entry<String, Featurizer> entry : fitted.entrySet()) {
        ModalitySpec modality = spec.modalities().get(entry.getKey());
        if (modality != null && modality.bringsEncoder()) {
          FrozenEncoder own =
              FrozenEncoder.open(entry.getKey(), modality, directory, entry.getValue());
          opened.add(own);
          featurizers.put(entry.getKey(), own);
        } else {
          featurizers.put(entry.getKey(), entry.getValue());
        }
      }
      return new OwnEncoders(featurizers, opened);
    } catch (RuntimeException | Error e) {
      opened.forEach(FrozenEncoder::close);
      throw e;
    }
  }

  /** By modality, in the order given. */
  public Map<String, Featurizer> featurizers() {
    return featurizers;
  }

  @Override
  public void close() {
    opened.forEach(FrozenEncoder::close);
  }
}
