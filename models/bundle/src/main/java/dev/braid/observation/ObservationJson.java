package dev.braid.observation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * The JSON form of an observation, one object a line:
 *
 * <pre>{@code
 * {"id":"o3","entity":"press-04","modality":"log","time":"2026-01-01T00:00:03.250Z","text":"..."}
 * }</pre>
 *
 * <p>with exactly one of {@code text}, {@code base64}, {@code uri}, {@code values} (with {@code
 * rateHz}) and {@code record}. Members that are not part of the form are ignored, and so is a byte
 * order mark before the object. Safe for several threads.
 */
public final class ObservationJson {
  /** Longest id, entity, modality, content type and uri, in characters. */
  public static final int MAX_NAME_LENGTH = 1_024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          // The names of a record's fields come from outside and must not fill the JVM's own table.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  // A video frame in base64 is longer than Jackson's default limit for one string.
                  .maxStringLength(128 * 1024 * 1024)
                  .maxNestingDepth(64)
                  .build())
          .build();

  private ObservationJson() {}

  /**
   * Reads one observation.
   *
   * @throws InvalidObservationException if the line is not JSON, a member is missing or malformed,
   *     or it holds no payload or several; the message says which
   */
  public static Observation parse(String line) throws InvalidObservationException {
    String text = line.startsWith("\uFEFF") ? line.substring(1) : line;
    try (JsonParser json = JSON.createParser(text)) {
      return new ObservationParser(json).parse();
    } catch (JsonProcessingException e) {
      throw new InvalidObservationException("not valid JSON: " + describe(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot fail to be read", e);
    }
  }

  /**
   * Reads one observation from tokens in memory, to their end.
   *
   * @throws InvalidObservationException as {@link #parse(String)} does
   * @throws IOException if there are no more tokens to be had
   */
  public static Observation parse(JsonParser tokens)
      throws IOException, InvalidObservationException {
    return new ObservationParser(tokens).parse();
  }

  /**
   * Reads the member {@code time}: an ISO 8601 instant of the years 1 to 9999, cut to milliseconds.
   *
   * @throws InvalidObservationException if the text is something else; the message says why
   */
  public static Instant time(String text) throws InvalidObservationException {
    return ObservationParser.instant(text);
  }

  /**
   * Writes one observation as one line, so that {@link #parse} reads an equal one.
   *
   * @throws IllegalArgumentException if it holds a number that JSON has no form for
   */
  public static String format(Observation observation) {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("id", observation.getId());
      json.writeStringField("entity", observation.getEntity());
      json.writeStringField("modality", observation.getModality());
      json.writeStringField("time", observation.getTime().toString());
      writePayload(json, observation.getPayload());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot fail to be written", e);
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
      json.writeNumberField("rateHz", finite(samples.rateHz()));
      json.writeFieldName("values");
      writeSamples(json, samples);
    } else if (payload instanceof Payload.Fields fields) {
      json.writeFieldName("record");
      writeFields(json, fields.values());
    }
  }

  private static void writeSamples(JsonGenerator json, Payload.Samples samples) throws IOException {
    json.writeStartArray();
    for (int i = 0; i < samples.count(); i++) {
      json.writeStartArray();
      for (int c = 0; c < samples.channels(); c++) {
        float value = samples.at(i, c);
        if (Float.isNaN(value)) {
          json.writeNull();
        } else {
          finite(value);
          json.writeNumber(value);
        }
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private static void writeFields(JsonGenerator json, Map<String, Object> fields)
      throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      json.writeFieldName(field.getKey());
      Object value = field.getValue();
      if (value == null) {
        json.writeNull();
      } else if (value instanceof Number number) {
        json.writeNumber(finite(number.doubleValue()));
      } else if (value instanceof Boolean flag) {
        json.writeBoolean(flag);
      } else {
        json.writeString(value.toString());
      }
    }
    json.writeEndObject();
  }

  private static double finite(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("a number in JSON must be finite, but was: " + value);
    }
    return value;
  }

  private static String describe(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String message = e.getOriginalMessage().lines().findFirst().orElse("");
    return at == null ? message : message + " (column " + at.getColumnNr() + ")";
  }
}
