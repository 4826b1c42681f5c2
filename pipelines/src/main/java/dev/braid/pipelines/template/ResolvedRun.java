package dev.braid.pipelines.template;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A template with its parameters filled in: a run, and nothing left open. Whatever starts runs,
 * here or on a cluster, needs no more than this.
 *
 * @param template the template's name
 * @param runner the engine
 * @param run options of {@code braid run} by name; a flag is {@code true}
 * @param flags the names of options that have no value
 * @param secrets the names of options that refer to secrets
 * @param beamOptions as {@code --name=value}
 */
public record ResolvedRun(
    String template,
    String runner,
    Map<String, String> run,
    Set<String> flags,
    Set<String> secrets,
    List<String> beamOptions) {

  /** The arguments of {@code braid run}. Secrets are references in them. */
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    run.forEach(
        (name, value) ->
            arguments.add(flags.contains(name) ? "--" + name : "--" + name + "=" + value));
    arguments.add("--runner=" + runner);
    if (!beamOptions.isEmpty()) {
      arguments.add("--");
      arguments.addAll(beamOptions);
    }
    return arguments;
  }

  /** The run for people, as YAML; secrets are {@code ***}. */
  public String toYaml() {
    return write(
        new ObjectMapper(
            YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .build()));
  }

  /** The same as one JSON object on one line. */
  public String toJson() {
    return write(JsonMapper.builder().build());
  }

  private String write(ObjectMapper mapper) {
    Map<String, String> shown = new LinkedHashMap<>();
    run.forEach((name, value) -> shown.put(name, secrets.contains(name) ? "***" : value));
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("template", template);
    all.put("runner", runner);
    all.put("run", shown);
    all.put("beamOptions", beamOptions);
    try {
      return mapper.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
