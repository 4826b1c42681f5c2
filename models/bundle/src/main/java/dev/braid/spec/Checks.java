package dev.braid.spec;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checks that the parts of a spec share; each failure names the key, the value and the range.
 */
final class Checks {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");

  /** The key of a modality's budget to wait: no component of a record may bear that name. */
  static final String WAIT = "wait";

  private static final Duration SHORTEST = Duration.ofMillis(1);

  private Checks() {}

  static <T> T required(@Nullable T value, String key) {
    if (value == null) {
      throw new InvalidSpecException("spec: '" + key + "' is missing");
    }
    return value;
  }

  static String name(@Nullable String value, String key) {
    String name = required(value, key);
    if (!NAME.matcher(name).matches()) {
      throw new InvalidSpecException(
          "spec: %s must be a letter followed by up to 62 letters, digits, '_' or '-', but was: '%s'"
              .formatted(key, name));
    }
    return name;
  }

  /** A path below the spec's directory, or nothing. */
  static String encoder(String path) {
    List<String> parts = List.of(path.split("/", -1));
    boolean leadsOut = path.indexOf('\\') >= 0 || path.indexOf(':') >= 0 || parts.contains("..");
    if (!path.isEmpty() && (leadsOut || parts.stream().anyMatch(String::isBlank))) {
      throw new InvalidSpecException(
          "spec: encoder must be a path below the spec's directory, such as encoders/eye.onnx, but"
              + " was: '%s'".formatted(path));
    }
    return path;
  }

  static int between(int value, int low, int high, String key) {
    if (value < low || value > high) {
      throw new InvalidSpecException(
          "spec: %s must be between %d and %d, but was: %d".formatted(key, low, high, value));
    }
    return value;
  }

  static double between(double value, double low, double high, String key) {
    if (!(value >= low && value <= high)) {
      throw new InvalidSpecException(
          "spec: %s must be between %s and %s, but was: %s".formatted(key, low, high, value));
    }
    return value;
  }

  static Duration positive(@Nullable Duration value, String key) {
    Duration duration = required(value, key);
    if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(DurationText.LONGEST) > 0) {
      throw new InvalidSpecException(
          "spec: %s must be between 1ms and %s, but was: %s"
              .formatted(
                  key, DurationText.format(DurationText.LONGEST), DurationText.format(duration)));
    }
    return duration;
  }

  static Duration notNegative(Duration duration, String key) {
    if (duration.isNegative() || duration.compareTo(DurationText.LONGEST) > 0) {
      throw new InvalidSpecException(
          "spec: %s must be between 0s and %s, but was: %s"
              .formatted(
                  key, DurationText.format(DurationText.LONGEST), DurationText.format(duration)));
    }
    return duration;
  }

  static List<String> distinct(@Nullable List<String> values, String key) {
    List<String> list = values == null ? List.of() : values;
    for (String value : list) {
      // YAML reads an entry that is left empty as null.
      if (value == null || value.isBlank()) {
        throw new InvalidSpecException("spec: %s has an empty entry: %s".formatted(key, list));
      }
    }
    list = List.copyOf(list);
    if (new HashSet<>(list).size() != list.size()) {
      throw new InvalidSpecException("spec: %s names a value twice: %s".formatted(key, list));
    }
    return list;
  }
}
