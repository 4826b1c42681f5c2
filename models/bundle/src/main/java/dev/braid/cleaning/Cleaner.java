package dev.braid.cleaning;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds every observation to the schema of its modality and repairs what is only noise:
 *
 * <ul>
 *   <li>text: Unicode NFC, blanks, control characters; a text of which nothing is left is refused;
 *   <li>image and audio: bytes must be there; whether they are an image or a sound shows when they
 *       are decoded;
 *   <li>sensor: the channels of the spec; a series without a single reading is refused, a missing
 *       reading stays missing;
 *   <li>record: strings as text, a numeric field that was written as a string becomes a number, an
 *       empty string becomes a missing value.
 * </ul>
 *
 * <p>Cleaning a clean observation changes nothing. Safe for several threads.
 */
public final class Cleaner {
  private final Spec spec;

  /** A cleaner for the modalities of {@code spec}. */
  public Cleaner(Spec spec) {
    this.spec = spec;
  }

  /**
   * The observation without noise.
   *
   * @throws InvalidObservationException if its modality is unknown, its payload is not of the
   *     modality's kind, or nothing is left of it
   */
  public Observation clean(Observation observation) throws InvalidObservationException {
    ModalitySpec modality = spec.modalities().get(observation.getModality());
    if (modality == null) {
      throw new InvalidObservationException(
          "unknown modality '%s'; known: %s"
              .formatted(observation.getModality(), spec.modalities().keySet()));
    }
    wellFormed("id", observation.getId());
    wellFormed("entity", observation.getEntity());
    Payload payload = observation.getPayload();
    Payload clean = clean(modality, payload);
    return clean == payload
        ? observation
        : Observation.of(
            observation.getId(),
            observation.getEntity(),
            observation.getModality(),
            observation.getTime(),
            clean);
  }

  private static Payload clean(ModalitySpec modality, Payload payload)
      throws InvalidObservationException {
    if (modality instanceof ModalitySpec.Text && payload instanceof Payload.Text text) {
      return text(text);
    } else if (modality instanceof ModalitySpec.Sensor sensor
        && payload instanceof Payload.Samples samples) {
      return samples(sensor, samples);
    } else if (modality instanceof ModalitySpec.Record record
        && payload instanceof Payload.Fields fields) {
      return fields(record, fields);
    } else if (modality instanceof ModalitySpec.Image || modality instanceof ModalitySpec.Audio) {
      if (payload instanceof Payload.Reference) {
        return payload;
      } else if (payload instanceof Payload.Blob blob) {
        return blob(blob);
      }
    }
    throw new InvalidObservationException(
        "a modality of kind '%s' needs %s, but the observation holds %s"
            .formatted(modality.kind(), needs(modality), holds(payload)));
  }

  private static Payload text(Payload.Text text) throws InvalidObservationException {
    String repaired = TextRepair.repair(text.text());
    if (repaired.isEmpty()) {
      throw new InvalidObservationException("'text' holds nothing but blanks");
    }
    return repaired.equals(text.text()) ? text : new Payload.Text(repaired, text.contentType());
  }

  private static Payload blob(Payload.Blob blob) throws InvalidObservationException {
    if (blob.bytes().length == 0) {
      throw new InvalidObservationException("'base64' holds no bytes");
    }
    return blob;
  }

  private static Payload samples(ModalitySpec.Sensor sensor, Payload.Samples samples)
      throws InvalidObservationException {
    int channels = samples.channels();
    if (channels != sensor.channels()) {
      throw new InvalidObservationException(
          "a sample must have %d channels, but had: %d".formatted(sensor.channels(), channels));
    }
    for (float reading : samples.values()) {
      if (!Float.isNaN(reading)) {
        return samples;
      }
    }
    throw new InvalidObservationException("'values' holds no reading, only null");
  }

  private static Payload fields(ModalitySpec.Record record, Payload.Fields fields) {
    Map<String, @Nullable Object> repaired = new LinkedHashMap<>();
    fields
        .values()
        .forEach(
            (name, value) ->
                repaired.put(
                    name,
                    value instanceof String text
                        ? field(text, record.numericFields().contains(name))
                        : value));
    return repaired.equals(fields.values()) ? fields : asFields(repaired);
  }

  private static @Nullable Object field(String text, boolean numeric) {
    String repaired = TextRepair.repair(text);
    if (repaired.isEmpty()) {
      return null;
    }
    if (numeric) {
      try {
        // Not Double.valueOf: to that "12d" and "0x1p3" are numbers too.
        return new BigDecimal(repaired).doubleValue();
      } catch (NumberFormatException e) {
        return repaired; // Refused, with its name, where numbers are needed.
      }
    }
    return repaired;
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // Fields documents that a value may be null.
  private static Payload.Fields asFields(Map<String, @Nullable Object> values) {
    return new Payload.Fields((Map<String, Object>) (Map<String, ?>) values);
  }

  private static void wellFormed(String member, String name) throws InvalidObservationException {
    if (!TextRepair.isWellFormed(name)) {
      throw new InvalidObservationException(
          "'" + member + "' holds half of a surrogate pair and cannot be written as UTF-8");
    }
  }

  private static String needs(ModalitySpec modality) {
    return switch (modality.kind()) {
      case "text" -> "'text'";
      case "sensor" -> "'values' and 'rateHz'";
      case "record" -> "a 'record'";
      default -> "'base64' or 'uri'";
    };
  }

  private static String holds(Payload payload) {
    if (payload instanceof Payload.Text) {
      return "'text'";
    } else if (payload instanceof Payload.Blob) {
      return "'base64'";
    } else if (payload instanceof Payload.Reference) {
      return "a 'uri'";
    } else if (payload instanceof Payload.Samples) {
      return "'values'";
    }
    return "a 'record'";
  }
}
