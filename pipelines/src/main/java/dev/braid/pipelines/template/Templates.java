package dev.braid.pipelines.template;

import dev.braid.spec.SpecYaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The templates that Braid brings along, and those in files. */
public final class Templates {
  /** The names of the templates that Braid brings along. */
  public static final List<String> SHIPPED =
      List.of("files-to-files", "kafka-to-kafka", "kafka-to-postgres");

  private Templates() {}

  /**
   * Reads a template.
   *
   * @param template one of {@link #SHIPPED}, or the path of a YAML file: with a {@code /} in it, or
   *     {@code .yaml} or {@code .yml} at its end
   * @throws InvalidTemplateException if there is none or it is not valid
   */
  public static Template open(String template, RunKeys keys) {
    boolean path = template.contains("/") || template.matches(".*\\.ya?ml");
    if (!path && !SHIPPED.contains(template)) {
      throw new InvalidTemplateException(
          "the template " + template,
          List.of(
              "there is no template '%s'; %s; the path of a file ends in .yaml or has a / in it"
                  .formatted(template, SpecYaml.nearest(template, SHIPPED))));
    }
    return TemplateYaml.parse(path ? read(Path.of(template)) : shipped(template), template, keys);
  }

  private static String read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidTemplateException(
          "the template " + file, List.of("there is no file " + file));
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new InvalidTemplateException(
          "the template " + file, List.of("the file is not text in UTF-8"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shipped(String name) {
    String resource = "/templates/" + name + ".yaml";
    try (InputStream in = Templates.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
