package dev.braid.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Finds keys that a spec does not know. Done before the values are looked at: a key that is
 * misspelt is also one that is missing, and the misspelling is what helps.
 */
final class SpecKeys {
  private SpecKeys() {}

  static void check(JsonNode spec) {
    check(spec, Spec.class, "");
    check(spec.path("entity"), Spec.EntitySpec.class, "entity");
    check(spec.path("window"), WindowSpec.class, "window");
    check(spec.path("anomaly"), Spec.AnomalySpec.class, "anomaly");
    checkKinds(spec.path("modalities"), ModalitySpec.class, "modalities");
    checkKinds(spec.path("tasks"), TaskSpec.class, "tasks");
  }

  private static void checkKinds(JsonNode parts, Class<?> kinds, String where) {
    for (Map.Entry<String, JsonNode> part : parts.properties()) {
      String kind = part.getValue().path("kind").asText();
      for (Class<?> type : kinds.getPermittedSubclasses()) {
        if (type.getSimpleName().toLowerCase(Locale.ROOT).equals(kind)) {
          check(part.getValue(), type, where + "." + part.getKey());
        }
      }
    }
  }

  private static void check(JsonNode part, Class<?> type, String where) {
    TreeSet<String> known = new TreeSet<>();
    Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).forEach(known::add);
    for (Iterator<String> keys = part.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      boolean names = key.equals("kind") && type.getInterfaces().length > 0;
      if (!known.contains(key) && !names) {
        throw new InvalidSpecException(
            "spec: unknown key '%s'%s; %s"
                .formatted(
                    key,
                    where.isEmpty() ? "" : " (at " + where + ")",
                    SpecYaml.nearest(key, known)));
      }
    }
  }
}
