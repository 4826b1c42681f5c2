package dev.braid.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
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
    checkWindow(spec.path("window"));
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

  /** The keys of a window tell its form, so that those of two forms are no window. */
  private static void checkWindow(JsonNode window) {
    TreeSet<String> known = new TreeSet<>();
    List<String> forms = new ArrayList<>();
    String first = null;
    Class<?> form = null;
    for (Class<?> type : WindowSpec.class.getPermittedSubclasses()) {
      known.addAll(keys(type));
      forms.add(String.join(", ", keys(type)));
    }
    check(window, known, false, "window");
    for (Iterator<String> keys = window.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      for (Class<?> type : WindowSpec.class.getPermittedSubclasses()) {
        if (!keys(type).contains(key)) {
          continue;
        }
        if (form != null && form != type) {
          throw new InvalidSpecException(
              "spec: window mixes '%s' with '%s'; its keys are those of one form: %s (at window)"
                  .formatted(first, key, String.join(" | ", forms)));
        }
        first = key;
        form = type;
      }
    }
  }

  /** The keys of one part, in the order in which they are declared. */
  private static List<String> keys(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(part -> part.getName().equals("waitBudget") ? Checks.WAIT : part.getName())
        .toList();
  }

  private static void check(JsonNode part, Class<?> type, String where) {
    check(part, new TreeSet<>(keys(type)), type.getInterfaces().length > 0, where);
  }

  private static void check(JsonNode part, TreeSet<String> known, boolean ofKind, String where) {
    for (Iterator<String> keys = part.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (!known.contains(key) && !(ofKind && key.equals("kind"))) {
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
