package dev.braid.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the observations of one entity are cut into scenes; the keys tell the form. Immutable and
 * serializable.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION, defaultImpl = WindowSpec.Time.class)
@JsonSubTypes({
  @JsonSubTypes.Type(WindowSpec.Time.class),
  @JsonSubTypes.Type(WindowSpec.Count.class),
  @JsonSubTypes.Type(WindowSpec.Session.class)
})
public sealed interface WindowSpec extends Serializable {
  /** The window in words, such as {@code 60s every 5s}. */
  String describe();

  /**
   * Sliding windows in event time: one of {@code size} begins every {@code period}, aligned to the
   * epoch.
   *
   * @param size 1 ms to 36,500 days
   * @param period at most {@code size}, at least a {@value #MAX_OVERLAP}th of it; default {@code
   *     size} (windows side by side)
   * @param allowedLateness how long after its end a window still takes late data, 0 to 36,500 days;
   *     default 0
   * @param early how often, in processing time, a window that has not ended yet is answered with
   *     what there is of it, up to 36,500 days; 0, the default, for not at all
   */
  record Time(
      Duration size,
      @Nullable Duration period,
      @Nullable Duration allowedLateness,
      @JsonSetter(nulls = Nulls.AS_EMPTY) @JsonInclude(JsonInclude.Include.NON_EMPTY)
          Duration early)
      implements WindowSpec {
    /** Windows that one instant lies in, at most. */
    private static final int MAX_OVERLAP = 10_000;

    public Time {
      Checks.positive(size, "window.size");
      period = Checks.positive(period == null ? size : period, "window.period");
      if (period.compareTo(size) > 0) {
        throw new InvalidSpecException(
            "spec: window.period must be at most window.size (%s), but was: %s"
                .formatted(DurationText.format(size), DurationText.format(period)));
      }
      if (period.multipliedBy(MAX_OVERLAP).compareTo(size) < 0) {
        throw new InvalidSpecException(
            "spec: window.period must be at least a %dth of window.size (%s), but was: %s"
                .formatted(MAX_OVERLAP, DurationText.format(size), DurationText.format(period)));
      }
      allowedLateness = allowedLateness == null ? Duration.ZERO : allowedLateness;
      Checks.notNegative(early, "window.early");
    }

    /** Without early answers. */
    public Time(Duration size, @Nullable Duration period, @Nullable Duration allowedLateness) {
      this(size, period, allowedLateness, Duration.ZERO);
    }

    /** Milliseconds from one window's start to its end. */
    public long sizeMillis() {
      return size.toMillis();
    }

    /** Milliseconds from one window's start to the next one's. */
    public long periodMillis() {
      return Checks.required(period, "window.period").toMillis();
    }

    /** Milliseconds that late data are still taken for. */
    public long allowedLatenessMillis() {
      return Checks.required(allowedLateness, "window.allowedLateness").toMillis();
    }

    @Override
    public String describe() {
      return DurationText.format(size)
          + " every "
          + DurationText.format(Duration.ofMillis(periodMillis()))
          + (allowedLatenessMillis() == 0
              ? ""
              : ", late by up to "
                  + DurationText.format(Duration.ofMillis(allowedLatenessMillis())))
          + (early.isZero() ? "" : ", early every " + DurationText.format(early));
    }
  }

  /**
   * The last {@code count} observations of an entity, of any modality, in the order of their event
   * times, each time that {@code every} more have come. There are fewer than {@code count} in the
   * first windows of an entity, and no answer to a last group of fewer than {@code every}.
   *
   * @param count 1 to 10,000
   * @param every 1 to {@code count}; default {@code count} (windows side by side)
   */
  record Count(int count, @Nullable Integer every) implements WindowSpec {
    private static final int MAX_COUNT = 10_000;

    public Count {
      Checks.between(count, 1, MAX_COUNT, "window.count");
      every = every == null ? count : every;
      if (every < 1 || every > count) {
        throw new InvalidSpecException(
            "spec: window.every must be between 1 and window.count (%d), but was: %d"
                .formatted(count, every));
      }
    }

    /** Observations from one answer to the next. */
    public int everyMany() {
      return Checks.required(every, "window.every");
    }

    @Override
    public String describe() {
      return "the last %d observations every %d".formatted(count, everyMany());
    }
  }

  /**
   * Observations of an entity that follow one another within less than {@code gap} in event time; a
   * session ends {@code gap} after its last observation.
   *
   * @param gap 1 ms to 36,500 days
   */
  record Session(Duration gap) implements WindowSpec {
    public Session {
      Checks.positive(gap, "window.gap");
    }

    /** Milliseconds without an observation that end a session. */
    public long gapMillis() {
      return gap.toMillis();
    }

    @Override
    public String describe() {
      return "sessions that end after " + DurationText.format(gap);
    }
  }
}
