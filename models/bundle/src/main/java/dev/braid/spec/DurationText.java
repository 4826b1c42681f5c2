package dev.braid.spec;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as a spec writes them: a whole number and a unit, {@code 500ms 10s 5m 1h 1d}. */
public final class DurationText {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

  /** The longest duration of a spec. */
  static final Duration LONGEST = Duration.ofDays(36_500);

  private DurationText() {}

  /**
   * Reads a duration of 0 to 36,500 days.
   *
   * @throws InvalidSpecException if the text is not a whole number and a unit, or is out of range
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new InvalidSpecException(
          "spec: a duration is a whole number and one of ms, s, m, h, d (10s), but was: '"
              + text
              + "'");
    }
    Duration duration = of(Long.parseLong(matcher.group(1)), matcher.group(2));
    if (duration.compareTo(LONGEST) > 0) {
      throw new InvalidSpecException(
          "spec: a duration must be at most %s, but was: %s".formatted(format(LONGEST), text));
    }
    return duration;
  }

  private static Duration of(long amount, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  /** Writes a duration of whole milliseconds so that {@link #parse} reads it back. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    return millis != 0 && millis % 86_400_000 == 0
        ? millis / 86_400_000 + "d"
        : millis / 1000 + "s";
  }
}
