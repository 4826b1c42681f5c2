package dev.braid.pipelines.template;

import dev.braid.spec.DurationText;
import dev.braid.spec.InvalidSpecException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the values of a parameter are. */
public enum ParameterType {
  /** Any text without control characters. */
  STRING("a text"),
  /** A whole number of up to 18 digits. */
  INTEGER("a whole number"),
  /** A decimal number, such as 0.05 or 1e-3. */
  NUMBER("a number"),
  /** {@code true} or {@code false}. */
  BOOLEAN("true or false"),
  /** As {@link DurationText}. */
  DURATION("a duration, such as 500ms, 10s or 5m"),
  /** One of the parameter's {@code values}. */
  ENUM("a choice"),
  /** A file or directory. */
  PATH("a path"),
  /** The name of a Kafka topic. */
  TOPIC("a Kafka topic: up to 249 of a-z, A-Z, 0-9, '.', '_' and '-'"),
  /** Kafka topics, separated by commas. */
  TOPICS("Kafka topics, separated by commas, each up to 249 of a-z, A-Z, 0-9, '.', '_' and '-'"),
  /** A reference to a secret, see {@link dev.braid.pipelines.io.Secret}. */
  SECRET("a secret, named as file:PATH or env:NAME");

  private static final Pattern TOPIC_NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,18}");
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d{1,40}(\\.\\d{0,40})?|\\.\\d{1,40})([eE][+-]?\\d{1,3})?");
  private static final Pattern REFERENCE = Pattern.compile("file:.+|env:[A-Za-z_][A-Za-z0-9_]*");
  private static final int MAX_LENGTH = 4096;

  private final String description;

  ParameterType(String description) {
    this.description = description;
  }

  /** The type of that name. */
  static Optional<ParameterType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.label().equals(name)).findFirst();
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(ParameterType::label).toList();
  }

  /** The type's name in a template. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What is allowed, for messages. */
  String description() {
    return description;
  }

  /** Whether values have an order, and a parameter may have a range. */
  boolean isOrdered() {
    return this == INTEGER || this == NUMBER || this == DURATION;
  }

  /** Whether a parameter may have a pattern. */
  boolean isText() {
    return this == STRING || this == PATH || this == TOPIC || this == TOPICS;
  }

  /** Whether {@code text} has the form of this type. */
  boolean accepts(String text) {
    if (text.isBlank()
        || text.length() > MAX_LENGTH
        || text.chars().anyMatch(Character::isISOControl)) {
      return false;
    }
    return switch (this) {
      case STRING, ENUM, PATH -> true;
      case INTEGER -> WHOLE.matcher(text).matches();
      case NUMBER -> DECIMAL.matcher(text).matches();
      case BOOLEAN -> text.equals("true") || text.equals("false");
      case DURATION -> isDuration(text);
      case TOPIC -> isTopic(text);
      case TOPICS -> Arrays.stream(text.split(",", -1)).allMatch(ParameterType::isTopic);
      case SECRET -> REFERENCE.matcher(text).matches();
    };
  }

  /** The place of an accepted value in the order of this type. */
  BigDecimal rank(String accepted) {
    return this == DURATION
        ? BigDecimal.valueOf(DurationText.parse(accepted).toMillis())
        : new BigDecimal(accepted);
  }

  private static boolean isDuration(String text) {
    try {
      DurationText.parse(text);
      return true;
    } catch (InvalidSpecException e) {
      return false;
    }
  }

  private static boolean isTopic(String text) {
    return TOPIC_NAME.matcher(text).matches() && !text.equals(".") && !text.equals("..");
  }
}
