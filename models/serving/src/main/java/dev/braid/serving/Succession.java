package dev.braid.serving;

import dev.braid.bundle.Manifest;
import dev.braid.spec.Spec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The rule by which one bundle may take the place of another while rows come: it answers the same
 * questions about embeddings of the same shapes. What featurizers learn from data may change the
 * shape of their rows, as a record's does with every value of a category that was not there before.
 * Windows hold embeddings of the encoders that run, so where nobody knows for how long they do,
 * encoders and featurizers must be the same bytes.
 */
final class Succession {
  private Succession() {}

  /**
   * Why {@code next} must not take the place of {@code running}: one line; empty if it may.
   *
   * @param otherEncoders whether it may have other encoders and featurizers
   */
  static Optional<String> refusal(Manifest running, Manifest next, boolean otherEncoders) {
    Map<String, Object[]> parts = new LinkedHashMap<>();
    Spec now = running.spec();
    Spec then = next.spec();
    parts.put("name", new Object[] {running.name(), next.name()});
    parts.put("modalities", new Object[] {now.modalities(), then.modalities()});
    parts.put("tasks", new Object[] {now.tasks(), then.tasks()});
    parts.put("window", new Object[] {now.window(), then.window()});
    parts.put("spec", new Object[] {now, then});
    for (Map.Entry<String, Object[]> part : parts.entrySet()) {
      if (!Objects.equals(part.getValue()[0], part.getValue()[1])) {
        return Optional.of(
            part.getKey().equals("spec")
                ? "its spec is not that of the one that runs; start a new run for it"
                : "its %s must be %s, as of the one that runs, but is: %s; start a new run for it"
                    .formatted(part.getKey(), part.getValue()[0], part.getValue()[1]));
      }
    }
    for (Map.Entry<String, Manifest.Model> encoder : running.encoders().entrySet()) {
      Manifest.Model other = next.encoders().get(encoder.getKey());
      if (other == null || !encoder.getValue().outputs().equals(other.outputs())) {
        return Optional.of(
            "its encoder of '%s' has other outputs than the one that runs; start a new run for it"
                .formatted(encoder.getKey()));
      }
      if (!otherEncoders && !sameFile(running, encoder.getValue().file(), next, other.file())) {
        return otherPart("encoder", encoder.getKey());
      }
    }
    for (Map.Entry<String, String> featurizer : running.featurizers().entrySet()) {
      String other = next.featurizers().get(featurizer.getKey());
      if (!otherEncoders
          && (other == null || !sameFile(running, featurizer.getValue(), next, other))) {
        return otherPart("featurizer", featurizer.getKey());
      }
    }
    if (!running.fusion().inputs().equals(next.fusion().inputs())
        || !running.fusion().outputs().equals(next.fusion().outputs())) {
      return Optional.of(
          "its fusion has other tensors than the one that runs; start a new run for it");
    }
    return Optional.empty();
  }

  private static boolean sameFile(Manifest running, String file, Manifest next, String other) {
    return Objects.equals(running.files().get(file), next.files().get(other));
  }

  private static Optional<String> otherPart(String kind, String modality) {
    return Optional.of(
        ("its %s of '%s' is not the one that runs, whose embeddings windows by count and sessions"
                + " hold for no known time; start a new run for it")
            .formatted(kind, modality));
  }
}
