package dev.braid.pipelines.template;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.text.StringSubstitutor;
import org.apache.commons.text.lookup.StringLookup;

/**
 * References {@code ${name}} in the texts of a template; {@code $${name}} is that text itself. What
 * is put in is not looked at again, so that a value cannot refer to anything.
 */
final class References {
  private static final Pattern WHOLE = Pattern.compile("\\$\\{([^${}]*)}");

  private References() {}

  /** The names that {@code text} refers to, in their order. */
  static Set<String> in(String text) {
    Set<String> names = new LinkedHashSet<>();
    replace(
        text,
        name -> {
          names.add(name);
          return "";
        });
    return names;
  }

  /** The name, if the text is one reference and nothing else. */
  static Optional<String> whole(String text) {
    Matcher matcher = WHOLE.matcher(text);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Whether a reference is begun and not ended. */
  static boolean isBroken(String text) {
    return replace(text.replace("$${", ""), name -> "").contains("${");
  }

  /** The text with its references replaced. */
  static String fill(String text, Map<String, String> values) {
    return replace(text, values::get);
  }

  // Of the library's many kinds of variables (scripts, addresses, files) only this look-up is
  // there.
  private static String replace(String text, StringLookup values) {
    return new StringSubstitutor(values)
        .setValueDelimiterMatcher(null)
        .setEnableSubstitutionInVariables(false)
        .setDisableSubstitutionInValues(true)
        .replace(text);
  }
}
