package dev.braid.pipelines.io;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.scene.Answer;
import dev.braid.transforms.fuse.Prediction;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON form of a prediction, one object a line, its members always in the same order:
 *
 * <pre>{@code
 * {"id":"press-04|2026-01-01T00:01:00Z|plant@3f2a","entity":"press-04","windowStart":"...",
 *  "windowEnd":"...","revision":0,"final":true,
 *  "tasks":{"state":{"label":"leak","probability":0.97,"probabilities":{"normal":0.01,...}},
 *           "health":{"value":0.41}},
 *  "anomaly":{"score":0.83,"threshold":0.6,"isAnomaly":true},
 *  "attention":{"camera":0.41,"log":0.59},"present":["camera","log"],
 *  "model":{"name":"plant","digest":"sha256:3f2a...","device":"cpu","precision":"fp32"}}
 * }</pre>
 *
 * <p>Attention is of the modalities that are present. Of a window by count there is also the member
 * {@code ordinal}, before {@code revision}. Safe for several threads.
 */
public final class PredictionJson {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PredictionJson() {}

  /** Writes one prediction as one line. */
  public static String format(Prediction prediction) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.getFactory().createGenerator(text)) {
      out.writeStartObject();
      out.writeStringField("id", prediction.getId());
      out.writeStringField("entity", prediction.getEntity());
      out.writeStringField("windowStart", prediction.getWindowStart().toString());
      out.writeStringField("windowEnd", prediction.getWindowEnd().toString());
      if (prediction.getOrdinal() > 0) {
        out.writeNumberField("ordinal", prediction.getOrdinal());
      }
      out.writeNumberField("revision", prediction.getRevision());
      out.writeBooleanField("final", prediction.isFinal());
      writeTasks(prediction.getAnswer().tasks(), out);
      out.writeObjectFieldStart("anomaly");
      out.writeNumberField("score", prediction.getAnswer().anomalyScore());
      out.writeNumberField("threshold", prediction.getAnomalyThreshold());
      out.writeBooleanField("isAnomaly", prediction.isAnomaly());
      out.writeEndObject();
      out.writeObjectFieldStart("attention");
      for (String modality : prediction.getPresent()) {
        out.writeNumberField(
            modality, prediction.getAnswer().attention().getOrDefault(modality, 0f));
      }
      out.writeEndObject();
      out.writeArrayFieldStart("present");
      for (String modality : prediction.getPresent()) {
        out.writeString(modality);
      }
      out.writeEndArray();
      out.writeObjectFieldStart("model");
      out.writeStringField("name", prediction.getModel().name());
      out.writeStringField("digest", prediction.getModel().digest());
      out.writeStringField("device", prediction.getModel().device());
      out.writeStringField("precision", prediction.getModel().precision());
      out.writeEndObject();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * Reads what {@link #format} wrote.
   *
   * @throws IllegalArgumentException if the line is something else
   */
  public static Prediction parse(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      JsonNode model = node.required("model");
      List<String> present = new ArrayList<>();
      node.required("present").forEach(modality -> present.add(modality.asText()));
      return Prediction.builder()
          .setEntity(node.required("entity").asText())
          .setWindowStart(Instant.parse(node.required("windowStart").asText()))
          .setWindowEnd(Instant.parse(node.required("windowEnd").asText()))
          .setOrdinal(node.path("ordinal").asLong(0))
          .setRevision(node.required("revision").asInt())
          .setFinal(node.required("final").asBoolean())
          .setAnswer(
              new Answer(
                  tasks(node.required("tasks")),
                  node.required("anomaly").required("score").floatValue(),
                  shares(node.required("attention"))))
          .setPresent(List.copyOf(present))
          .setAnomalyThreshold(node.required("anomaly").required("threshold").doubleValue())
          .setModel(
              new Prediction.Model(
                  model.required("name").asText(),
                  model.required("digest").asText(),
                  model.required("device").asText(),
                  model.required("precision").asText()))
          .build();
    } catch (JsonProcessingException | java.time.DateTimeException e) {
      throw new IllegalArgumentException("not a prediction: " + e.getMessage(), e);
    }
  }

  private static void writeTasks(Map<String, Answer.TaskAnswer> tasks, JsonGenerator out)
      throws IOException {
    out.writeObjectFieldStart("tasks");
    for (Map.Entry<String, Answer.TaskAnswer> task : tasks.entrySet()) {
      out.writeObjectFieldStart(task.getKey());
      if (task.getValue() instanceof Answer.Classified classified) {
        out.writeStringField("label", classified.label());
        out.writeNumberField("probability", classified.probability());
        out.writeObjectFieldStart("probabilities");
        for (Map.Entry<String, Float> label : classified.probabilities().entrySet()) {
          out.writeNumberField(label.getKey(), label.getValue());
        }
        out.writeEndObject();
      } else if (task.getValue() instanceof Answer.Estimated estimated) {
        out.writeNumberField("value", estimated.value());
      }
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private static Map<String, Answer.TaskAnswer> tasks(JsonNode node) {
    Map<String, Answer.TaskAnswer> tasks = new LinkedHashMap<>();
    node.properties()
        .forEach(
            task ->
                tasks.put(
                    task.getKey(),
                    task.getValue().has("label")
                        ? new Answer.Classified(
                            task.getValue().required("label").asText(),
                            task.getValue().required("probability").floatValue(),
                            shares(task.getValue().required("probabilities")))
                        : new Answer.Estimated(task.getValue().required("value").floatValue())));
    return Collections.unmodifiableMap(tasks);
  }

  private static Map<String, Float> shares(JsonNode node) {
    Map<String, Float> shares = new LinkedHashMap<>();
    node.properties().forEach(share -> shares.put(share.getKey(), share.getValue().floatValue()));
    return Collections.unmodifiableMap(shares);
  }
}
