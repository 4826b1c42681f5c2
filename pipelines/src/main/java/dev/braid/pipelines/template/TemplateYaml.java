package dev.braid.pipelines.template;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.braid.spec.SpecYaml;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a template and finds all that is wrong with it, not only the first thing. One object reads
 * one template.
 */
final class TemplateYaml {
  static final List<String> ENGINES = List.of("direct", "flink", "spark");

  private static final List<String> KEYS =
      List.of("name", "description", "parameters", "run", "engines");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");
  private static final Pattern OPTION = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,127}");

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final RunKeys keys;
  private final List<String> problems = new ArrayList<>();
  private final Set<String> used = new LinkedHashSet<>();
  private Map<String, Parameter> parameters = Map.of();
  private Set<String> declared = Set.of();

  private TemplateYaml(RunKeys keys) {
    this.keys = keys;
  }

  /**
   * Reads a template.
   *
   * @param origin where it comes from, for messages
   * @throws InvalidTemplateException with every problem that there is
   */
  static Template parse(String yaml, String origin, RunKeys keys) {
    TemplateYaml reader = new TemplateYaml(keys);
    Template template = reader.template(reader.tree(yaml));
    if (template == null || !reader.problems.isEmpty()) {
      throw new InvalidTemplateException("the template " + origin, reader.problems);
    }
    return template;
  }

  private @Nullable JsonNode tree(String yaml) {
    try {
      JsonNode tree = YAML.readTree(yaml);
      if (tree != null && tree.isObject()) {
        return tree;
      }
      problems.add("the file must hold a mapping with the keys " + String.join(", ", KEYS));
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      problems.add("line %d: not valid YAML: %s".formatted(line, oneLine(e.getOriginalMessage())));
    } catch (RuntimeException e) {
      // The scanner answers some broken escapes with unchecked exceptions of its own.
      problems.add("not valid YAML: " + oneLine(String.valueOf(e.getMessage())));
    }
    return null;
  }

  private @Nullable Template template(@Nullable JsonNode tree) {
    if (tree == null) {
      return null;
    }
    checkKeys(tree, KEYS, "");
    String name = text(tree, "name", "name");
    if (name != null && !NAME.matcher(name).matches()) {
      problems.add(
          "name = '%s': must be a letter followed by up to 62 letters, digits, '_' or '-'"
              .formatted(name));
    }
    String description = text(tree, "description", "description");
    if (description != null && description.lines().count() > 1) {
      problems.add("description: must be one line");
    }
    parameters = parameters(tree);
    Map<String, String> run = run(tree);
    Map<String, Map<String, String>> engines = engines(tree);
    for (String parameter : parameters.keySet()) {
      if (!used.contains(parameter)) {
        problems.add("parameters.%s: neither run nor engines refers to it".formatted(parameter));
      }
    }
    return name == null || description == null
        ? null
        : new Template(name, description, parameters, run, keys.flags(), engines);
  }

  private Map<String, Parameter> parameters(JsonNode tree) {
    Map<String, Parameter> found = new LinkedHashMap<>();
    Map<String, JsonNode> members = members(tree, "parameters");
    declared = members.keySet();
    members.forEach(
        (name, node) -> {
          String where = "parameters." + name;
          if (!NAME.matcher(name).matches()) {
            problems.add(
                where + ": a name is a letter followed by up to 62 letters, digits, '_' or '-'");
          } else if (!node.isObject()) {
            problems.add(where + ": must be a mapping with the keys " + ParameterYaml.keys());
          } else {
            checkKeys(node, ParameterYaml.KEYS, where);
            Parameter parameter = new ParameterYaml(name, node, where, problems).read();
            if (parameter != null) {
              found.put(name, parameter);
            }
          }
        });
    return Collections.unmodifiableMap(found);
  }

  private Map<String, String> run(JsonNode tree) {
    Map<String, String> run = new LinkedHashMap<>();
    if (!tree.has("run")) {
      problems.add("run: is missing");
    }
    members(tree, "run")
        .forEach(
            (key, node) -> {
              String where = "run." + key;
              String value = scalar(node, where);
              if (!keys.all().contains(key)) {
                problems.add(where + ": unknown key; " + SpecYaml.nearest(key, keys.all()));
              }
              if (value != null) {
                checkReferences(value, where);
                if (keys.flags().contains(key)) {
                  checkFlag(value, where);
                }
                run.put(key, value);
              }
            });
    return Collections.unmodifiableMap(run);
  }

  private Map<String, Map<String, String>> engines(JsonNode tree) {
    Map<String, Map<String, String>> engines = new LinkedHashMap<>();
    members(tree, "engines")
        .forEach(
            (engine, node) -> {
              if (!ENGINES.contains(engine)) {
                problems.add(
                    "engines.%s: unknown key; %s"
                        .formatted(engine, SpecYaml.nearest(engine, ENGINES)));
              }
              Map<String, String> options = new LinkedHashMap<>();
              members(tree.path("engines"), engine, "engines." + engine)
                  .forEach((option, value) -> option(option, value, engine, options));
              engines.put(engine, Collections.unmodifiableMap(options));
            });
    return Collections.unmodifiableMap(engines);
  }

  private void option(String option, JsonNode node, String engine, Map<String, String> options) {
    String where = "engines.%s.%s".formatted(engine, option);
    if (!OPTION.matcher(option).matches() || option.equals("runner")) {
      problems.add(where + ": must be the name of a Beam option, without dashes, but for runner");
    }
    String value = scalar(node, where);
    if (value != null) {
      checkReferences(value, where);
      options.put(option, value);
    }
  }

  private void checkReferences(String text, String where) {
    if (References.isBroken(text)) {
      problems.add("%s = '%s': '${' without '}'; a '${' itself is '$${'".formatted(where, text));
      return;
    }
    boolean whole = References.whole(text).isPresent();
    for (String name : References.in(text)) {
      Parameter parameter = parameters.get(name);
      used.add(name);
      if (!declared.contains(name)) {
        problems.add(
            "%s = '%s': there is no parameter '%s'; %s"
                .formatted(
                    where,
                    text,
                    name,
                    declared.isEmpty()
                        ? "the template has none"
                        : SpecYaml.nearest(name, declared)));
      } else if (parameter != null && !whole && parameter.type() == ParameterType.SECRET) {
        problems.add(
            "%s = '%s': the secret '%s' must be the whole value".formatted(where, text, name));
      } else if (parameter != null
          && !whole
          && !parameter.required()
          && parameter.defaultValue() == null) {
        problems.add(
            "%s = '%s': '%s' must be required or have a default, as it is a part of the value"
                .formatted(where, text, name));
      }
    }
  }

  private void checkFlag(String text, String where) {
    Parameter parameter = References.whole(text).map(parameters::get).orElse(null);
    boolean literal = text.equals("true") || text.equals("false");
    if (!literal && (parameter == null || parameter.type() != ParameterType.BOOLEAN)) {
      problems.add(
          "%s = '%s': must be true, false or a reference to a boolean".formatted(where, text));
    }
  }

  private Map<String, JsonNode> members(JsonNode parent, String key) {
    return members(parent, key, key);
  }

  /** The members of the mapping that {@code parent} has under {@code key}, if there is one. */
  private Map<String, JsonNode> members(JsonNode parent, String key, String where) {
    Map<String, JsonNode> members = new LinkedHashMap<>();
    JsonNode node = parent.path(key);
    if (node.isObject()) {
      node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
    } else if (!node.isMissingNode()) {
      problems.add(where + ": must be a mapping of keys to values");
    }
    return members;
  }

  private @Nullable String text(JsonNode parent, String key, String where) {
    JsonNode node = parent.path(key);
    if (node.isTextual() && !node.asText().isBlank()) {
      return node.asText().strip();
    }
    problems.add(where + (node.isMissingNode() ? ": is missing" : ": must be a text"));
    return null;
  }

  private @Nullable String scalar(JsonNode node, String where) {
    if (node.isValueNode() && !node.isNull() && !node.asText().isBlank()) {
      return node.asText();
    }
    problems.add(where + ": must be one value that is not empty");
    return null;
  }

  private void checkKeys(JsonNode node, Collection<String> known, String where) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                problems.add(
                    "%s: unknown key; %s"
                        .formatted(
                            where.isEmpty() ? key : where + "." + key,
                            SpecYaml.nearest(key, known)));
              }
            });
  }

  private static String oneLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
