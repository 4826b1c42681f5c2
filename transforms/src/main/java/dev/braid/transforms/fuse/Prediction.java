package dev.braid.transforms.fuse;

import com.google.auto.value.AutoValue;
import dev.braid.scene.Answer;
import java.time.Instant;
import java.util.List;

/** The answer for one scene. Immutable. */
@AutoValue
public abstract class Prediction {

  /**
   * Which model answered.
   *
   * @param digest of the bundle
   * @param precision of the weights: {@code fp32}, {@code fp16} or {@code int8}
   */
  public record Model(String name, String digest, String device, String precision) {
    /** The name and the first four digits of the digest. */
    String brief() {
      int digits = digest.indexOf(':') + 1;
      return name + "@" + digest.substring(digits, Math.min(digits + 4, digest.length()));
    }
  }

  /** {@code entity|windowEnd|name@digest}: the same for every run of one model on one input. */
  public String getId() {
    return getEntity() + "|" + getWindowEnd() + "|" + getModel().brief();
  }

  public abstract String getEntity();

  /** Inclusive. */
  public abstract Instant getWindowStart();

  /** Exclusive. */
  public abstract Instant getWindowEnd();

  /** How often late data corrected this answer, from 0. */
  public abstract int getRevision();

  /** Whether no later revision follows. */
  public abstract boolean isFinal();

  public abstract Answer getAnswer();

  /** The modalities that the scene has, in the order of the spec. */
  public abstract List<String> getPresent();

  /** An anomaly score above it is an anomaly. */
  public abstract double getAnomalyThreshold();

  public abstract Model getModel();

  /** Whether the anomaly score lies above the threshold. */
  public boolean isAnomaly() {
    return getAnswer().anomalyScore() > getAnomalyThreshold();
  }

  public static Builder builder() {
    return new AutoValue_Prediction.Builder();
  }

  /** Builds a prediction; every property is needed. */
  @AutoValue.Builder
  public abstract static class Builder {
    public abstract Builder setEntity(String entity);

    public abstract Builder setWindowStart(Instant start);

    public abstract Builder setWindowEnd(Instant end);

    public abstract Builder setRevision(int revision);

    public abstract Builder setFinal(boolean isFinal);

    public abstract Builder setAnswer(Answer answer);

    public abstract Builder setPresent(List<String> present);

    public abstract Builder setAnomalyThreshold(double threshold);

    public abstract Builder setModel(Model model);

    public abstract Prediction build();
  }
}
