package dev.braid.pipelines.template;

import dev.braid.spec.SpecYaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A run that leaves some things open. Immutable.
 *
 * @param name of the template
 * @param description one line
 * @param parameters what is open, by name, in the order of the template
 * @param run options of {@code braid run} by name, with references to parameters
 * @param flags which of these options have no value
 * @param engines Beam options for each engine by name, with references to parameters
 */
public record Template(
    String name,
    String description,
    Map<String, Parameter> parameters,
    Map<String, String> run,
    Set<String> flags,
    Map<String, Map<String, String>> engines) {

  /**
   * Fills in the parameters.
   *
   * @param given values by the name of their parameter
   * @param beamOptions {@code --name=value}; one of these replaces the template's of the same name
   * @throws InvalidTemplateException with every problem that there is
   */
  public ResolvedRun resolve(Map<String, String> given, String runner, List<String> beamOptions) {
    List<String> problems = new ArrayList<>();
    Map<String, String> values = values(given, problems);
    Map<String, String> options = new LinkedHashMap<>();
    Set<String> secrets = new LinkedHashSet<>();
    run.forEach(
        (key, text) ->
            fill(text, values)
                .ifPresent(
                    value -> {
                      if (isSecret(text)) {
                        secrets.add(key);
                      }
                      if (!flags.contains(key) || value.equals("true")) {
                        options.put(key, value);
                      }
                    }));
    if (!problems.isEmpty()) {
      throw new InvalidTemplateException("the template " + name, problems);
    }
    return new ResolvedRun(
        name, runner, options, flags, secrets, beamOptions(runner, values, beamOptions));
  }

  private Map<String, String> values(Map<String, String> given, List<String> problems) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Parameter parameter : parameters.values()) {
      String value = given.getOrDefault(parameter.name(), parameter.defaultValue());
      if (value != null) {
        parameter
            .problem(value)
            .ifPresent(
                problem ->
                    problems.add(
                        "%s = '%s': %s"
                            .formatted(parameter.name(), parameter.shown(value), problem)));
        values.put(parameter.name(), value);
      } else if (parameter.required()) {
        problems.add(
            "%s: is not set; it must be %s (%s)"
                .formatted(parameter.name(), parameter.allowed(), parameter.help()));
        // Stands for it, so that the rest can be looked at.
        values.put(parameter.name(), "");
      }
    }
    for (String name : given.keySet()) {
      if (!parameters.containsKey(name)) {
        problems.add(
            name
                + ": there is no such parameter; "
                + (parameters.isEmpty()
                    ? "the template has none"
                    : SpecYaml.nearest(name, parameters.keySet())));
      }
    }
    return values;
  }

  private List<String> beamOptions(String runner, Map<String, String> values, List<String> given) {
    List<String> options = new ArrayList<>();
    engines
        .getOrDefault(runner, Map.of())
        .forEach(
            (option, text) -> {
              boolean replaced =
                  given.stream()
                      .anyMatch(
                          one -> one.equals("--" + option) || one.startsWith("--" + option + "="));
              if (!replaced) {
                fill(text, values).ifPresent(value -> options.add("--" + option + "=" + value));
              }
            });
    options.addAll(given);
    return options;
  }

  /** The text with values in it; nothing, if it is only a reference to a parameter without one. */
  private static Optional<String> fill(String text, Map<String, String> values) {
    Optional<String> whole = References.whole(text);
    return whole.isPresent()
        ? Optional.ofNullable(values.get(whole.get()))
        : Optional.of(References.fill(text, values));
  }

  private boolean isSecret(String text) {
    return References.whole(text)
        .map(parameters::get)
        .filter(parameter -> parameter.type() == ParameterType.SECRET)
        .isPresent();
  }
}
