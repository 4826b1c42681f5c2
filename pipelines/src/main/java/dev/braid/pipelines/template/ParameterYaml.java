package dev.braid.pipelines.template;

import com.fasterxml.jackson.databind.JsonNode;
import dev.braid.spec.SpecYaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads one parameter of a template. One object reads one. */
final class ParameterYaml {
  static final List<String> KEYS =
      List.of("type", "required", "default", "pattern", "range", "values", "exists", "help");

  private static final int MAX_PATTERN = 500;

  private final String name;
  private final JsonNode node;
  private final String where;
  private final List<String> problems;

  ParameterYaml(String name, JsonNode node, String where, List<String> problems) {
    this.name = name;
    this.node = node;
    this.where = where;
    this.problems = problems;
  }

  static String keys() {
    return String.join(", ", KEYS);
  }

  /** The parameter, or nothing if it is too broken to be one; problems are added either way. */
  @Nullable Parameter read() {
    ParameterType type = type();
    boolean required = flag("required");
    String help = help();
    if (type == null) {
      return null;
    }
    String defaultValue = defaultValue(type);
    if (required && node.has("default")) {
      problems.add(where + ".default: a parameter that is required has no default");
    }
    Parameter parameter =
        new Parameter(
            name,
            type,
            required,
            defaultValue,
            pattern(type),
            range(type),
            values(type),
            exists(type),
            help);
    if (defaultValue != null) {
      parameter
          .problemOfForm(defaultValue)
          .ifPresent(
              problem ->
                  problems.add(
                      "%s.default = '%s': %s"
                          .formatted(where, parameter.shown(defaultValue), problem)));
    }
    return parameter;
  }

  private @Nullable ParameterType type() {
    if (!node.path("type").isTextual()) {
      problems.add(
          where + ".type: is missing; one of " + String.join(", ", ParameterType.labels()));
      return null;
    }
    String label = node.path("type").asText();
    Optional<ParameterType> type = ParameterType.named(label);
    if (type.isEmpty()) {
      problems.add(
          "%s.type = '%s': unknown type; %s"
              .formatted(where, label, SpecYaml.nearest(label, ParameterType.labels())));
    }
    return type.orElse(null);
  }

  private String help() {
    String help = node.path("help").isTextual() ? node.path("help").asText().strip() : "";
    if (help.isEmpty() || help.lines().count() > 1) {
      problems.add(where + ".help: must be one line that says what the parameter is for");
    }
    return help;
  }

  private @Nullable String defaultValue(ParameterType type) {
    JsonNode value = node.path("default");
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isValueNode() || value.isNull()) {
      problems.add(where + ".default: must be " + type.description());
      return null;
    }
    return value.asText();
  }

  private @Nullable Pattern pattern(ParameterType type) {
    JsonNode pattern = node.path("pattern");
    if (pattern.isMissingNode()) {
      return null;
    }
    if (!type.isText()) {
      problems.add(where + ".pattern: a parameter of type " + type.label() + " has no pattern");
    } else if (!pattern.isTextual() || pattern.asText().length() > MAX_PATTERN) {
      problems.add(
          "%s.pattern: must be a regular expression of up to %d characters"
              .formatted(where, MAX_PATTERN));
    } else {
      try {
        return Pattern.compile(pattern.asText());
      } catch (PatternSyntaxException e) {
        problems.add(
            "%s.pattern = '%s': no regular expression: %s"
                .formatted(where, pattern.asText(), e.getDescription()));
      }
    }
    return null;
  }

  private List<String> range(ParameterType type) {
    JsonNode range = node.path("range");
    if (range.isMissingNode()) {
      return List.of();
    }
    if (!type.isOrdered()) {
      problems.add(where + ".range: a parameter of type " + type.label() + " has no range");
      return List.of();
    }
    List<String> ends = texts(range);
    boolean valid =
        ends.size() == 2
            && ends.stream().allMatch(type::accepts)
            && type.rank(ends.get(0)).compareTo(type.rank(ends.get(1))) <= 0;
    if (!valid) {
      problems.add(
          "%s.range = %s: must be a list of the least and the greatest value, each %s"
              .formatted(where, range, type.description()));
      return List.of();
    }
    return ends;
  }

  private List<String> values(ParameterType type) {
    JsonNode values = node.path("values");
    if (type != ParameterType.ENUM) {
      if (!values.isMissingNode()) {
        problems.add(where + ".values: a parameter of type " + type.label() + " has no values");
      }
      return List.of();
    }
    List<String> choices = texts(values);
    if (choices.isEmpty()
        || choices.stream().distinct().count() != choices.size()
        || !choices.stream().allMatch(type::accepts)) {
      problems.add(where + ".values: must be a list of different texts, at least one");
      return List.of();
    }
    return choices;
  }

  private boolean exists(ParameterType type) {
    if (node.has("exists") && type != ParameterType.PATH) {
      problems.add(where + ".exists: only a path is there or not");
    }
    return flag("exists");
  }

  private boolean flag(String key) {
    JsonNode flag = node.path(key);
    if (!flag.isMissingNode() && !flag.isBoolean()) {
      problems.add("%s.%s: must be true or false".formatted(where, key));
    }
    return flag.asBoolean(false);
  }

  /** The entries of a list of single values; none if it is something else. */
  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    if (list.isArray()) {
      for (JsonNode entry : list) {
        if (!entry.isValueNode() || entry.isNull()) {
          return List.of();
        }
        texts.add(entry.asText());
      }
    }
    return List.copyOf(texts);
  }
}
