package dev.braid.serving;

import dev.braid.bundle.Digests;
import dev.braid.bundle.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * By which number embeddings say who made them. It follows from the bytes of a modality's encoder
 * and featurizer alone, so that all workers, and those of a later run that goes on with the state
 * of this one, know an encoder by the same number.
 */
final class EncoderNumbers {
  /** Four bytes of a variable-length integer that has one bit to spare. */
  private static final int MASK = (1 << 27) - 1;

  private EncoderNumbers() {}

  /** The numbers of a bundle's encoders by modality, 1 or more. */
  static Map<String, Integer> of(Manifest manifest) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    manifest
        .encoders()
        .forEach(
            (modality, encoder) ->
                numbers.put(
                    modality,
                    number(
                        manifest.files().get(encoder.file())
                            + " "
                            + manifest
                                .files()
                                .get(Objects.toString(manifest.featurizers().get(modality))))));
    return Map.copyOf(numbers);
  }

  private static int number(String digests) {
    String digest = Digests.of(digests.getBytes(StandardCharsets.UTF_8));
    String digits = digest.substring(digest.indexOf(':') + 1);
    return Math.max(1, (int) Long.parseLong(digits.substring(0, 8), 16) & MASK);
  }
}
