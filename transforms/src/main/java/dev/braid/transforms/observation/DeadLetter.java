package dev.braid.transforms.observation;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.auto.value.AutoValue;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a step could not use, why, and the input itself, so that nothing is lost. It travels as a
 * Beam {@link BadRecord}: the input is the record, the reason its failure's exception, and the rest
 * a JSON object in the failure's description. Immutable.
 */
@AutoValue
public abstract class DeadLetter {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The verb of the step that failed, such as {@code CleanObservations}. */
  public abstract String getStep();

  /** The modality, where it is known. */
  public abstract @Nullable String getModality();

  /** The entity, where it is known. */
  public abstract @Nullable String getEntity();

  /** The observation's id, where it is known. */
  public abstract @Nullable String getId();

  /** One line that says what is wrong. */
  public abstract String getReason();

  /** The digest of the bundle, where a model was involved. */
  public abstract @Nullable String getModelDigest();

  /** Where the input stands in a log, if it was refused as it came from one. */
  public abstract @Nullable SourcePosition getPosition();

  /**
   * The input: the text that was read, or the JSON form of what the step was given; Base64 if it
   * {@link #isBinary}.
   */
  public abstract String getInput();

  /** Whether the input was no text in UTF-8. */
  public abstract boolean isBinary();

  public static DeadLetter of(
      String step,
      @Nullable String modality,
      @Nullable String entity,
      @Nullable String id,
      String reason,
      @Nullable String modelDigest,
      String input) {
    return new AutoValue_DeadLetter(
        step, modality, entity, id, reason, modelDigest, null, input, false);
  }

  /** The dead letter of a record that is no observation. */
  static DeadLetter of(String step, LineOrigin origin, String reason, Received received) {
    String text = text(received.getValue());
    return new AutoValue_DeadLetter(
        step,
        origin.modality(),
        origin.entity(),
        origin.id(),
        reason,
        null,
        received.getPosition(),
        text == null ? Base64.getEncoder().encodeToString(received.getValue()) : text,
        text == null);
  }

  private static @Nullable String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** The dead letter of an observation that was parsed before {@code step} refused it. */
  public static DeadLetter of(
      String step, Observation observation, String reason, @Nullable String modelDigest) {
    return of(
        step,
        observation.getModality(),
        observation.getEntity(),
        observation.getId(),
        reason,
        modelDigest,
        ObservationJson.format(observation));
  }

  /** This dead letter for Beam's error handler. */
  public BadRecord toBadRecord() {
    return BadRecord.builder()
        .setRecord(BadRecord.Record.builder().setHumanReadableJsonRecord(getInput()).build())
        .setFailure(
            BadRecord.Failure.builder()
                .setException(getReason())
                .setDescription(
                    json(
                        out -> {
                          out.writeStringField("step", getStep());
                          writeOrigin(out);
                          out.writeStringField("modelDigest", getModelDigest());
                          writePosition(out);
                          writeEncoding(out);
                        }))
                .build())
        .build();
  }

  /**
   * Reads what {@link #toBadRecord} made.
   *
   * @throws IllegalArgumentException if the record comes from elsewhere
   */
  public static DeadLetter fromBadRecord(BadRecord bad) {
    JsonNode node;
    try {
      node = JSON.readTree(bad.getFailure().getDescription());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a dead letter of Braid: " + bad.getFailure(), e);
    }
    if (!node.hasNonNull("step") || bad.getRecord().getHumanReadableJsonRecord() == null) {
      throw new IllegalArgumentException("not a dead letter of Braid: " + bad.getFailure());
    }
    return of(node, bad.getFailure().getException(), bad.getRecord().getHumanReadableJsonRecord());
  }

  /**
   * One line of JSON with the members step, modality, entity, id, reason, modelDigest, input;
   * before the input source, partition and offset where it came from a log; and {@code
   * "encoding":"base64"} after it where it is binary.
   */
  public String toJson() {
    return json(
        out -> {
          out.writeStringField("step", getStep());
          writeOrigin(out);
          out.writeStringField("reason", getReason());
          out.writeStringField("modelDigest", getModelDigest());
          writePosition(out);
          out.writeStringField("input", getInput());
          writeEncoding(out);
        });
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if the line is something else
   */
  public static DeadLetter fromJson(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return of(node, node.required("reason").asText(), node.required("input").asText());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a dead letter: " + e.getOriginalMessage(), e);
    }
  }

  private void writeOrigin(JsonGenerator out) throws IOException {
    out.writeStringField("modality", getModality());
    out.writeStringField("entity", getEntity());
    out.writeStringField("id", getId());
  }

  private void writePosition(JsonGenerator out) throws IOException {
    SourcePosition position = getPosition();
    if (position != null) {
      out.writeStringField("source", position.source());
      out.writeNumberField("partition", position.partition());
      out.writeNumberField("offset", position.offset());
    }
  }

  private void writeEncoding(JsonGenerator out) throws IOException {
    if (isBinary()) {
      out.writeStringField("encoding", "base64");
    }
  }

  private static DeadLetter of(JsonNode node, String reason, String input) {
    return new AutoValue_DeadLetter(
        node.required("step").asText(),
        text(node, "modality"),
        text(node, "entity"),
        text(node, "id"),
        reason,
        text(node, "modelDigest"),
        node.hasNonNull("source")
            ? new SourcePosition(
                node.get("source").asText(),
                node.required("partition").asInt(),
                node.required("offset").asLong())
            : null,
        input,
        node.hasNonNull("encoding"));
  }

  private static @Nullable String text(JsonNode node, String member) {
    JsonNode value = node.get(member);
    return value == null || value.isNull() ? null : value.asText();
  }

  /** Writes the members of an object. */
  private interface Members {
    void write(JsonGenerator out) throws IOException;
  }

  private static String json(Members members) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.getFactory().createGenerator(text)) {
      out.writeStartObject();
      members.write(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
