package dev.braid.pipelines.template;

import dev.braid.pipelines.io.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a template leaves open.
 *
 * @param required whether a launch must set it; it has no default then
 * @param defaultValue its value where a launch does not set it; without one, whatever is nothing
 *     but a reference to it is left out
 * @param pattern what the whole value must match, if anything
 * @param range the least and the greatest value, or nothing
 * @param values of an {@link ParameterType#ENUM}
 * @param exists whether the file or directory must be there at launch
 * @param help one line
 */
public record Parameter(
    String name,
    ParameterType type,
    boolean required,
    @Nullable String defaultValue,
    @Nullable Pattern pattern,
    List<String> range,
    List<String> values,
    boolean exists,
    String help) {

  /** What is allowed, for people. */
  public String allowed() {
    StringBuilder text = new StringBuilder();
    if (type == ParameterType.ENUM) {
      return "one of " + String.join(", ", values);
    }
    text.append(type.description());
    if (!range.isEmpty()) {
      text.append(" from %s to %s".formatted(range.get(0), range.get(1)));
    }
    if (pattern != null) {
      text.append(" that matches ").append(pattern);
    }
    return text.toString();
  }

  /** What is wrong with the form of {@code value}: nothing, or what it must be. */
  Optional<String> problemOfForm(String value) {
    boolean right =
        type.accepts(value)
            && (type != ParameterType.ENUM || values.contains(value))
            && (range.isEmpty() || isInRange(value))
            && (pattern == null || pattern.matcher(value).matches());
    return right ? Optional.empty() : Optional.of("must be " + allowed());
  }

  /** The same, and what is wrong with that to which the value refers. */
  Optional<String> problem(String value) {
    Optional<String> form = problemOfForm(value);
    if (form.isPresent()) {
      return form;
    }
    if (exists && !Files.exists(Path.of(value))) {
      return Optional.of("must be there, but there is no such file or directory");
    }
    if (type == ParameterType.SECRET) {
      try {
        Secret.from(value);
      } catch (IllegalArgumentException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }
    return Optional.empty();
  }

  /** The value for a message, without what may be a secret that somebody gave itself. */
  String shown(String value) {
    return type == ParameterType.SECRET
        ? "***"
        : value
            .replaceAll("//[^/]*@", "//***@")
            .replaceAll("(?i)(password|secret|token)=[^&;\\s]*", "$1=***");
  }

  private boolean isInRange(String value) {
    return type.rank(value).compareTo(type.rank(range.get(0))) >= 0
        && type.rank(value).compareTo(type.rank(range.get(1))) <= 0;
  }
}
