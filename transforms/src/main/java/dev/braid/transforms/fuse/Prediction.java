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

  /**
   * {@code entity|windowEnd|name@digest}, and of a window by count {@code entity|#ordinal|...}: the
   * same for every run of one model on one input, and for all revisions of an answer.
   */
  public String getId() {
    return "%s|%s|%s"
        .formatted(
            getEntity(),
            getOrdinal() > 0 ? "#" + getOrdinal() : getWindowEnd(),
            getModel().brief());
  }

  public abstract String getEntity();

  /** Inclusive. */
  public abstract Instant getWindowStart();

  /** Exclusive. */
  public abstract Instant getWindowEnd();

  /**
   * In windows by count, which observation of its entity the window's last one is, from 1; 0 in
   * others.
   */
  public abstract long getOrdinal();

  /** How many answers to this window came before, each of which this one replaces; from 0. */
  public abstract int getRevision();

  /** Whether no later revision can follow. */
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

  /** This prediction, to be changed. */
  public abstract Builder toBuilder();

  /** Of a window that is not by count, unless an ordinal is set. */
  public static Builder builder() {
    return new AutoValue_Prediction.Builder().setOrdinal(0);
  }

  /** Builds a prediction; every property but the ordinal is needed. */
  @AutoValue.Builder
  public abstract static class Builder {
    public abstract Builder setEntity(String entity);

    public abstract Builder setWindowStart(Instant start);

    public abstract Builder setWindowEnd(Instant end);

    public abstract Builder setOrdinal(long ordinal);

    public abstract Builder setRevision(int revision);

    public abstract Builder setFinal(boolean isFinal);

    public abstract Builder setAnswer(Answer answer);

    public abstract Builder setPresent(List<String> present);

    public abstract Builder setAnomalyThreshold(double threshold);

    public abstract Builder setModel(Model model);

    public abstract Prediction build();
  }
}
