package dev.braid.spec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/** Reads and writes specs as YAML; an unknown key is an error that names the nearest known one. */
public final class SpecYaml {
  private static final List<String> KINDS = List.of("text", "image", "sensor", "audio", "record");
  private static final List<String> TASKS = List.of("classification", "regression");

  private static final ObjectMapper YAML =
      new ObjectMapper(
              new YAMLFactory()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .disable(YAMLGenerator.Feature.USE_NATIVE_TYPE_ID)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS))
          .registerModule(durations())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private SpecYaml() {}

  /** The Jackson module that holds durations as {@link DurationText}. */
  public static SimpleModule durations() {
    return new SimpleModule("durations")
        .addDeserializer(
            Duration.class,
            new StdDeserializer<Duration>(Duration.class) {
              @Override
              public Duration deserialize(JsonParser parser, DeserializationContext context)
                  throws IOException {
                return DurationText.parse(parser.getText());
              }
            })
        .addSerializer(
            Duration.class,
            new StdSerializer<Duration>(Duration.class) {
              @Override
              public void serialize(
                  Duration value, JsonGenerator generator, SerializerProvider provider)
                  throws IOException {
                generator.writeString(DurationText.format(value));
              }
            });
  }

  /**
   * Reads the spec in {@code file}.
   *
   * @throws InvalidSpecException if there is no such file or it holds no valid spec
   */
  public static Spec read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new InvalidSpecException(
          "spec: cannot read %s: %s".formatted(file, e.getClass().getSimpleName()));
    }
    try {
      return parse(text);
    } catch (InvalidSpecException e) {
      throw new InvalidSpecException(file + ": " + e.getMessage());
    }
  }

  /**
   * Reads a spec.
   *
   * @throws InvalidSpecException if the text is no valid spec
   */
  public static Spec parse(String yaml) {
    try {
      Spec spec = YAML.readValue(yaml, Spec.class);
      return Checks.required(spec, "name");
    } catch (UnrecognizedPropertyException e) {
      throw new InvalidSpecException(unknownKey(e));
    } catch (InvalidTypeIdException e) {
      throw new InvalidSpecException(unknownKind(e));
    } catch (ValueInstantiationException e) {
      throw new InvalidSpecException(reason(e, where(e)));
    } catch (JsonMappingException e) {
      throw new InvalidSpecException(reason(e, where(e)));
    } catch (JsonProcessingException e) {
      throw new InvalidSpecException(
          "spec: not valid YAML at line %d: %s"
              .formatted(
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  firstLine(e.getOriginalMessage())));
    }
  }

  /** Writes the spec so that {@link #parse} reads an equal one. */
  public static String format(Spec spec) {
    try {
      return YAML.writeValueAsString(spec);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The known word nearest to {@code word} by edit distance, and all of them. */
  public static String nearest(String word, Collection<String> known) {
    String best =
        known.stream()
            .min(
                Comparator.comparingInt(
                    (String k) -> LevenshteinDistance.getDefaultInstance().apply(word, k)))
            .orElse("");
    return "did you mean '%s'? Known: %s".formatted(best, String.join(", ", known));
  }

  private static String unknownKey(UnrecognizedPropertyException e) {
    List<String> known = e.getKnownPropertyIds().stream().map(Objects::toString).sorted().toList();
    return "spec: unknown key '%s'%s; %s"
        .formatted(e.getPropertyName(), where(e), nearest(e.getPropertyName(), known));
  }

  private static String unknownKind(InvalidTypeIdException e) {
    boolean task = e.getBaseType() != null && e.getBaseType().hasRawClass(TaskSpec.class);
    List<String> known = task ? TASKS : KINDS;
    String kind = e.getTypeId();
    return kind == null
        ? "spec: 'kind' is missing%s; one of: %s".formatted(where(e), String.join(", ", known))
        : "spec: unknown kind '%s'%s; %s".formatted(kind, where(e), nearest(kind, known));
  }

  private static String reason(JsonMappingException e, String where) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidSpecException) {
        return firstLine(cause.getMessage()) + where;
      }
    }
    return "spec: " + firstLine(e.getOriginalMessage()) + where;
  }

  private static String where(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "" : " (at " + path + ")";
  }

  private static String firstLine(@Nullable String message) {
    return String.valueOf(message).lines().findFirst().orElse("");
  }
}
