package dev.braid.training.fusion;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A way to come from the embeddings of a scene to its answers. */
public enum Variant {
  /** Attention and consensus between tokens: what Braid ships. */
  FULL("full"),

  /** The mean of all tokens as the shared latent; no attention, no gates. */
  NO_ATTENTION("no-attention"),

  /** One classifier for each modality, whose probabilities are averaged. */
  NO_FUSION("no-fusion"),

  /** Gated multimodal units (Arevalo et al., 2017). */
  GMU("gmu"),

  /** Concatenated modalities under modality dropout (Neverova et al., 2016). */
  CONCAT("concat");

  private final String label;

  Variant(String label) {
    this.label = label;
  }

  /** What the command line and reports call it. */
  @JsonValue
  public String label() {
    return label;
  }

  /**
   * The variant called {@code label}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Variant of(String label) {
    return Arrays.stream(values())
        .filter(variant -> variant.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no variant '%s'; there is %s"
                        .formatted(
                            label,
                            Arrays.stream(values())
                                .map(Variant::label)
                                .collect(Collectors.joining(", ")))));
  }
}
