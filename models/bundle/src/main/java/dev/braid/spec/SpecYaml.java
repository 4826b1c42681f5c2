package dev.braid.spec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/** Reads and writes specs as YAML; an unknown key is an error that names the nearest known one. */
public final class SpecYaml {
  private static final List<String> KINDS = List.of("text", "image", "sensor", "audio", "record");
  private static final List<String> TASKS = List.of("classification", "regression");

  /** How Jackson begins its complaint about a number that is not there. */
  private static final String NULL_FOR_NUMBER = "Cannot map `null` into type";

  private static final ObjectMapper YAML =
      new ObjectMapper(
              YAMLFactory.builder()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .disable(YAMLGenerator.Feature.USE_NATIVE_TYPE_ID)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .stringQuotingChecker(new PlainWords())
                  .build())
          .registerModule(durations())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private SpecYaml() {}

  /** Writes plain words and durations without quotes, and nothing else: YAML has many surprises. */
  private static final class PlainWords extends StringQuotingChecker {
    private static final long serialVersionUID = 1L;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*|\\d+(ms|s|d)");

    @Override
    public boolean needToQuoteName(String name) {
      return needToQuoteValue(name);
    }

    @Override
    public boolean needToQuoteValue(String value) {
      return !PLAIN.matcher(value).matches() || isReservedKeyword(value);
    }
  }

  /** The Jackson module that holds durations as {@link DurationText}. */
  public static SimpleModule durations() {
    return new SimpleModule("durations")
        .addDeserializer(
            Duration.class,
            new StdDeserializer<Duration>(Duration.class) {
              @Override
              public Duration deserialize(JsonParser parser, DeserializationContext context)
                  throws IOException {
                return DurationText.parse(
                    parser.currentToken().isScalarValue() ? parser.getText() : "no single value");
              }

              @Override
              public Duration getEmptyValue(DeserializationContext context) {
                return Duration.ZERO;
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

              @Override
              public boolean isEmpty(SerializerProvider provider, Duration value) {
                return value.isZero();
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
    } catch (NoSuchFileException e) {
      throw new InvalidSpecException("spec: there is no file " + file);
    } catch (CharacterCodingException e) {
      throw new InvalidSpecException("spec: " + file + " is not text in UTF-8");
    } catch (IOException e) {
      throw new InvalidSpecException("spec: cannot read %s: %s".formatted(file, e));
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
    if (yaml.isBlank()) {
      throw new InvalidSpecException("spec: the file is empty");
    }
    try {
      JsonNode tree = tree(yaml);
      SpecKeys.check(tree);
      Spec spec = YAML.treeToValue(tree, Spec.class);
      return Checks.required(spec, "name");
    } catch (InvalidTypeIdException e) {
      throw new InvalidSpecException(unknownKind(e));
    } catch (JsonMappingException e) {
      throw new InvalidSpecException(reason(e));
    } catch (JsonProcessingException e) {
      throw new InvalidSpecException(
          "spec: not valid YAML at line %d: %s"
              .formatted(
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  firstLine(e.getOriginalMessage())));
    }
  }

  private static JsonNode tree(String yaml) throws JsonProcessingException {
    try {
      return YAML.readTree(yaml);
    } catch (RuntimeException e) {
      // The scanner answers some broken escapes with unchecked exceptions of its own.
      throw new InvalidSpecException("spec: not valid YAML: " + e.getMessage());
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

  private static String unknownKind(InvalidTypeIdException e) {
    boolean task = e.getBaseType() != null && e.getBaseType().hasRawClass(TaskSpec.class);
    List<String> known = task ? TASKS : KINDS;
    String kind = e.getTypeId();
    return kind == null
        ? "spec: 'kind' is missing%s; one of: %s".formatted(where(e), String.join(", ", known))
        : "spec: unknown kind '%s'%s; %s".formatted(kind, where(e), nearest(kind, known));
  }

  private static String reason(JsonMappingException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidSpecException) {
        return cause.getMessage() + where(e);
      }
    }
    List<JsonMappingException.Reference> path = e.getPath();
    if (e.getOriginalMessage().startsWith(NULL_FOR_NUMBER) && !path.isEmpty()) {
      int last = path.size() - 1;
      return "spec: '%s' is missing%s".formatted(key(path.get(last)), where(path.subList(0, last)));
    }
    if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return "spec: %s was expected%s%s"
          .formatted(
              form(mismatch.getTargetType()),
              e instanceof InvalidFormatException format
                  ? ", but was: '" + format.getValue() + "'"
                  : "",
              where(e));
    }
    return "spec: " + firstLine(e.getOriginalMessage()) + where(e);
  }

  private static String form(Class<?> type) {
    if (type == int.class || type == Integer.class) {
      return "a whole number";
    } else if (type == double.class) {
      return "a number";
    } else if (type == String.class) {
      return "a text";
    }
    return List.class.isAssignableFrom(type) ? "a list" : "a mapping of keys to values";
  }

  private static String where(JsonMappingException e) {
    return where(e.getPath());
  }

  private static String where(List<JsonMappingException.Reference> path) {
    return path.isEmpty()
        ? ""
        : path.stream().map(SpecYaml::key).collect(Collectors.joining(".", " (at ", ")"));
  }

  private static String key(JsonMappingException.Reference reference) {
    return reference.getFieldName() == null
        ? "[" + reference.getIndex() + "]"
        : reference.getFieldName();
  }

  private static String firstLine(@Nullable String message) {
    return String.valueOf(message).lines().findFirst().orElse("");
  }
}
