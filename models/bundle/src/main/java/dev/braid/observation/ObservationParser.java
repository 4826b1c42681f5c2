package dev.braid.observation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one observation from a stream of JSON tokens; samples go straight into arrays, without a
 * tree of nodes in between. Used once, by one thread.
 */
final class ObservationParser {
  private static final float[] NO_READINGS = {};
  private static final List<String> PAYLOADS = List.of("text", "base64", "uri", "values", "record");
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private final JsonParser json;
  private final List<String> payloads = new ArrayList<>(1);

  private @Nullable String id;
  private @Nullable String entity;
  private @Nullable String modality;
  private @Nullable String time;
  private @Nullable String contentType;
  private @Nullable String text;
  private @Nullable String uri;
  private byte @Nullable [] bytes;
  private @Nullable Double rateHz;
  private @Nullable Integer channels;
  private float[] values = NO_READINGS;
  private int readings;
  private @Nullable Map<String, Object> fields;

  ObservationParser(JsonParser json) {
    this.json = json;
  }

  Observation parse() throws IOException, InvalidObservationException {
    JsonToken first = json.nextToken();
    if (first != JsonToken.START_OBJECT) {
      throw new InvalidObservationException(
          "an observation must be a JSON object, but was: "
              + (first == null ? "nothing" : describe()));
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      json.nextToken();
      member(member);
    }
    if (json.nextToken() != null) {
      throw new InvalidObservationException(
          "a line must hold one JSON object, but after it came: " + describe());
    }
    return Observation.of(
        required(id, "id"),
        required(entity, "entity"),
        required(modality, "modality"),
        instant(required(time, "time")),
        payload());
  }

  private void member(String member) throws IOException, InvalidObservationException {
    switch (member) {
      case "id" -> id = name(member);
      case "entity" -> entity = name(member);
      case "modality" -> modality = name(member);
      case "time" -> time = name(member);
      case "contentType" -> contentType = name(member);
      case "rateHz" -> rateHz = rate();
      case "text", "base64", "uri", "values", "record" -> {
        if (json.currentToken() != JsonToken.VALUE_NULL) {
          payloads.add(member);
          payload(member);
        }
      }
      default -> json.skipChildren();
    }
  }

  private void payload(String member) throws IOException, InvalidObservationException {
    switch (member) {
      case "text" -> text = string(member);
      case "base64" -> bytes = base64();
      case "uri" -> uri = name(member);
      case "values" -> channels = samples();
      default -> fields = fields();
    }
  }

  private Payload payload() throws InvalidObservationException {
    if (payloads.size() != 1) {
      throw new InvalidObservationException(
          "exactly one of %s is needed, but there was: %s"
              .formatted(PAYLOADS, payloads.isEmpty() ? "none" : payloads));
    }
    if (text != null) {
      return new Payload.Text(text, contentType == null ? "text/plain" : contentType);
    } else if (channels != null) {
      if (rateHz == null) {
        throw new InvalidObservationException("'rateHz' is missing beside 'values'");
      }
      return new Payload.Samples(rateHz, channels, Arrays.copyOf(values, readings));
    } else if (fields != null) {
      return new Payload.Fields(fields);
    }
    String type = contentType == null ? "application/octet-stream" : contentType;
    return bytes != null
        ? new Payload.Blob(bytes, type)
        : new Payload.Reference(required(uri, "uri"), type);
  }

  private static <T> T required(@Nullable T value, String member)
      throws InvalidObservationException {
    if (value == null) {
      throw new InvalidObservationException("'" + member + "' is missing");
    }
    return value;
  }

  private @Nullable String name(String member) throws IOException, InvalidObservationException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    String name = json.currentToken() == JsonToken.VALUE_STRING ? json.getText() : "";
    if (name.isBlank() || name.length() > ObservationJson.MAX_NAME_LENGTH) {
      throw new InvalidObservationException(
          "'%s' must be a string of 1 to %d characters, but was: %s"
              .formatted(member, ObservationJson.MAX_NAME_LENGTH, describe()));
    }
    return name;
  }

  /** See {@link ObservationJson#time}. */
  static Instant instant(String text) throws InvalidObservationException {
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

  private String string(String member) throws IOException, InvalidObservationException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw new InvalidObservationException(
          "'%s' must be a string, but was: %s".formatted(member, describe()));
    }
    return json.getText();
  }

  private byte[] base64() throws IOException, InvalidObservationException {
    try {
      return Base64.getDecoder().decode(string("base64"));
    } catch (IllegalArgumentException e) {
      throw new InvalidObservationException("'base64' is not Base64: " + e.getMessage(), e);
    }
  }

  private @Nullable Double rate() throws IOException, InvalidObservationException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    double rate = token.isNumeric() ? json.getDoubleValue() : Double.NaN;
    if (!(rate > 0 && rate <= Double.MAX_VALUE)) {
      throw new InvalidObservationException(
          "'rateHz' must be a number above 0, but was: " + describe());
    }
    return rate;
  }

  /** Reads all readings, and tells of how many channels they are. */
  private int samples() throws IOException, InvalidObservationException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new InvalidObservationException(
          "'values' must be a non-empty array of samples, but was: " + describe());
    }
    values = new float[64];
    readings = 0;
    int samples = 0;
    int first = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      int before = readings;
      if (json.currentToken() == JsonToken.START_ARRAY) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          add(reading(samples));
        }
      } else {
        // A single channel may be written flat.
        add(reading(samples));
      }
      int found = readings - before;
      if (found == 0 || (samples > 0 && found != first)) {
        throw new InvalidObservationException(
            "'values' must hold samples of one length, but values[%d] has %d channels%s"
                .formatted(samples, found, samples == 0 ? "" : " and values[0] has " + first));
      }
      first = found;
      samples++;
    }
    if (samples == 0) {
      throw new InvalidObservationException(
          "'values' must be a non-empty array of samples, but was: []");
    }
    return first;
  }

  private void add(float reading) {
    if (readings == values.length) {
      values = Arrays.copyOf(values, 2 * readings);
    }
    values[readings++] = reading;
  }

  private float reading(int index) throws IOException, InvalidObservationException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return Float.NaN;
    }
    if (!token.isNumeric()) {
      throw new InvalidObservationException(
          "'values' must hold numbers or null, but values[%d] holds: %s"
              .formatted(index, describe()));
    }
    float value = json.getFloatValue();
    if (Float.isInfinite(value)) {
      throw new InvalidObservationException(
          "values[%d] is out of the range of a float: %s".formatted(index, describe()));
    }
    return value;
  }

  private Map<String, Object> fields() throws IOException, InvalidObservationException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new InvalidObservationException("'record' must be an object, but was: " + describe());
    }
    Map<String, @Nullable Object> read = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      read.put(field, field(field));
    }
    return asFields(read);
  }

  private @Nullable Object field(String field) throws IOException, InvalidObservationException {
    return switch (json.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        double value = json.getDoubleValue();
        if (Double.isInfinite(value)) {
          throw new InvalidObservationException(
              "'record' must hold finite numbers, but '%s' was: %s"
                  .formatted(shorten(field), describe()));
        }
        yield value;
      }
      default ->
          throw new InvalidObservationException(
              "'record' must be flat, but '%s' is %s".formatted(shorten(field), describe()));
    };
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // Fields documents that a value may be null.
  private static Map<String, Object> asFields(Map<String, @Nullable Object> fields) {
    return (Map<String, Object>) (Map<String, ?>) fields;
  }

  private String describe() throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "'" + shorten(json.getText()) + "'";
      default -> shorten(json.getText());
    };
  }

  private static String shorten(String text) {
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }
}
