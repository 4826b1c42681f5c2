package dev.braid.observation;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of an observation, one object a line:
 *
 * <pre>{@code
 * {"id":"o3","entity":"press-04","modality":"log","time":"2026-01-01T00:00:03.250Z","text":"..."}
 * }</pre>
 *
 * <p>with exactly one of {@code text}, {@code base64}, {@code uri}, {@code values} (with {@code
 * rateHz}) and {@code record}. Members that are not part of the form are ignored. Safe for several
 * threads.
 */
public final class ObservationJson {
  /** Longest id, entity, modality and uri, in characters. */
  public static final int MAX_NAME_LENGTH = 1_024;

  private static final List<String> PAYLOADS = List.of("text", "base64", "uri", "values", "record");
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static {
    // A video frame in base64 is longer than Jackson's default limit for one string.
    JSON.getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxStringLength(128 * 1024 * 1024)
                .maxNestingDepth(64)
                .build());
  }

  private ObservationJson() {}

  /**
   * Reads one observation.
   *
   * @throws InvalidObservationException if the line is not JSON, a member is missing or malformed,
   *     or it holds no payload or several; the message says which
   */
  public static Observation parse(String line) throws InvalidObservationException {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new InvalidObservationException("not valid JSON: " + describe(e), e);
    }
    if (node == null || !node.isObject()) {
      throw new InvalidObservationException(
          "an observation must be a JSON object, but was: "
              + (node == null || node.isMissingNode()
                  ? "empty"
                  : node.getNodeType().name().toLowerCase(Locale.ROOT)));
    }
    String id = name(node, "id");
    String entity = name(node, "entity");
    String modality = name(node, "modality");
    Instant time = time(node);
    return Observation.of(id, entity, modality, time, payload(node));
  }

  /** Writes one observation as one line, so that {@link #parse} reads an equal one. */
  public static String format(Observation observation) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.getFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("id", observation.getId());
      json.writeStringField("entity", observation.getEntity());
      json.writeStringField("modality", observation.getModality());
      json.writeStringField("time", observation.getTime().toString());
      writePayload(json, observation.getPayload());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  private static void writePayload(JsonGenerator json, Payload payload) throws IOException {
    if (payload instanceof Payload.Text text) {
      if (!text.contentType().equals("text/plain")) {
        json.writeStringField("contentType", text.contentType());
      }
      json.writeStringField("text", text.text());
    } else if (payload instanceof Payload.Blob blob) {
      json.writeStringField("contentType", blob.contentType());
      json.writeStringField("base64", Base64.getEncoder().encodeToString(blob.bytes()));
    } else if (payload instanceof Payload.Reference reference) {
      json.writeStringField("contentType", reference.contentType());
      json.writeStringField("uri", reference.uri());
    } else if (payload instanceof Payload.Samples samples) {
      json.writeNumberField("rateHz", samples.rateHz());
      json.writeFieldName("values");
      writeSamples(json, samples.values());
    } else if (payload instanceof Payload.Fields fields) {
      json.writeFieldName("record");
      JSON.writeValue(json, fields.values());
    }
  }

  private static void writeSamples(JsonGenerator json, float[][] samples) throws IOException {
    json.writeStartArray();
    for (float[] sample : samples) {
      json.writeStartArray();
      for (float value : sample) {
        if (Float.isNaN(value)) {
          json.writeNull();
        } else {
          json.writeNumber(value);
        }
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private static String name(JsonNode node, String member) throws InvalidObservationException {
    JsonNode value = node.get(member);
    if (value == null || value.isNull()) {
      throw new InvalidObservationException("'" + member + "' is missing");
    }
    if (!value.isTextual()
        || value.textValue().isBlank()
        || value.textValue().length() > MAX_NAME_LENGTH) {
      throw new InvalidObservationException(
          "'%s' must be a string of 1 to %d characters, but was: %s"
              .formatted(member, MAX_NAME_LENGTH, shorten(value)));
    }
    return value.textValue();
  }

  private static Instant time(JsonNode node) throws InvalidObservationException {
    String text = name(node, "time");
    Instant time;
    try {
      time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
    } catch (DateTimeException e) {
      throw new InvalidObservationException(
          "'time' must be an ISO 8601 instant (2026-01-01T00:00:03.250Z), but was: '%s'"
              .formatted(shorten(text)),
          e);
    }
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      throw new InvalidObservationException(
          "'time' must lie in the years 1 to 9999, but was: '%s'".formatted(shorten(text)));
    }
    return time;
  }

  private static Payload payload(JsonNode node) throws InvalidObservationException {
    List<String> given = PAYLOADS.stream().filter(node::hasNonNull).toList();
    if (given.size() != 1) {
      throw new InvalidObservationException(
          "exactly one of %s is needed, but there was: %s"
              .formatted(PAYLOADS, given.isEmpty() ? "none" : given));
    }
    String member = given.get(0);
    JsonNode value = node.get(member);
    if (value == null) {
      throw new IllegalStateException(member);
    }
    return switch (member) {
      case "text" -> new Payload.Text(string(value, member), contentType(node, "text/plain"));
      case "base64" ->
          new Payload.Blob(base64(value), contentType(node, "application/octet-stream"));
      case "uri" ->
          new Payload.Reference(name(node, "uri"), contentType(node, "application/octet-stream"));
      case "values" -> new Payload.Samples(rate(node), samples(value));
      default -> new Payload.Fields(fields(value));
    };
  }

  private static String string(JsonNode value, String member) throws InvalidObservationException {
    if (!value.isTextual()) {
      throw new InvalidObservationException(
          "'%s' must be a string, but was: %s".formatted(member, shorten(value)));
    }
    return value.textValue();
  }

  private static String contentType(JsonNode node, String otherwise)
      throws InvalidObservationException {
    JsonNode value = node.get("contentType");
    return value == null || value.isNull() ? otherwise : name(node, "contentType");
  }

  private static byte[] base64(JsonNode value) throws InvalidObservationException {
    try {
      return Base64.getDecoder().decode(string(value, "base64"));
    } catch (IllegalArgumentException e) {
      throw new InvalidObservationException("'base64' is not Base64: " + e.getMessage(), e);
    }
  }

  private static double rate(JsonNode node) throws InvalidObservationException {
    JsonNode value = node.get("rateHz");
    if (value == null || !value.isNumber() || !(value.doubleValue() > 0)) {
      throw new InvalidObservationException(
          "'rateHz' must be a number above 0 beside 'values', but was: " + shorten(value));
    }
    return value.doubleValue();
  }

  private static float[][] samples(JsonNode value) throws InvalidObservationException {
    if (!value.isArray() || value.isEmpty()) {
      throw new InvalidObservationException(
          "'values' must be a non-empty array of samples, but was: " + shorten(value));
    }
    float[][] samples = new float[value.size()][];
    for (int i = 0; i < samples.length; i++) {
      JsonNode sample = value.get(i);
      // A single channel may be written flat.
      JsonNode first = sample.isArray() ? sample.get(0) : sample;
      int channels = sample.isArray() ? sample.size() : 1;
      if (first == null || (i > 0 && channels != samples[0].length)) {
        throw new InvalidObservationException(
            "'values' must hold samples of one length, but sample %d has %d channels"
                .formatted(i, channels));
      }
      samples[i] = new float[channels];
      for (int c = 0; c < channels; c++) {
        JsonNode number = sample.isArray() ? sample.get(c) : sample;
        if (!number.isNumber() && !number.isNull()) {
          throw new InvalidObservationException(
              "'values' must hold numbers or null, but values[%d] was: %s"
                  .formatted(i, shorten(sample)));
        }
        samples[i][c] = number.isNull() ? Float.NaN : number.floatValue();
      }
    }
    return samples;
  }

  private static Map<String, Object> fields(JsonNode value) throws InvalidObservationException {
    if (!value.isObject()) {
      throw new InvalidObservationException(
          "'record' must be an object, but was: " + shorten(value));
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      JsonNode field = entry.getValue();
      if (field.isContainerNode()) {
        throw new InvalidObservationException(
            "'record' must be flat, but '%s' is an %s"
                .formatted(entry.getKey(), field.getNodeType().name().toLowerCase(Locale.ROOT)));
      }
      Object plain =
          field.isNull()
              ? null
              : field.isNumber()
                  ? (Object) field.doubleValue()
                  : field.isBoolean() ? (Object) field.booleanValue() : field.textValue();
      fields.put(entry.getKey(), plain);
    }
    return asFields(fields);
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // Fields documents that a value may be null.
  private static Map<String, Object> asFields(Map<String, @Nullable Object> fields) {
    return (Map<String, Object>) (Map<String, ?>) fields;
  }

  private static String describe(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String message = e.getOriginalMessage().lines().findFirst().orElse("");
    return at == null ? message : message + " (column " + at.getColumnNr() + ")";
  }

  private static String shorten(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }
}
