package dev.braid.pipelines.io.parquet;

import dev.braid.scene.Answer;
import dev.braid.transforms.fuse.Prediction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * The columns of a prediction, those of {@link dev.braid.pipelines.io.PredictionJson} with types.
 * {@code tasks} maps a task's name to a label with its probabilities, or to a value; attention is
 * of the modalities that are present. Times are microseconds in UTC.
 */
final class PredictionSchema {
  static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message prediction {
            required binary id (STRING);
            required binary entity (STRING);
            required int64 window_start (TIMESTAMP(MICROS,true));
            required int64 window_end (TIMESTAMP(MICROS,true));
            required int64 ordinal;
            required int32 revision;
            required boolean final;
            required group tasks (MAP) {
              repeated group key_value {
                required binary key (STRING);
                required group value {
                  optional binary label (STRING);
                  optional float probability;
                  optional group probabilities (MAP) {
                    repeated group key_value {
                      required binary key (STRING);
                      required float value;
                    }
                  }
                  optional float value;
                }
              }
            }
            required float anomaly_score;
            required double anomaly_threshold;
            required boolean is_anomaly;
            required group attention (MAP) {
              repeated group key_value {
                required binary key (STRING);
                required float value;
              }
            }
            required group present (LIST) {
              repeated group list {
                required binary element (STRING);
              }
            }
            required group model {
              required binary name (STRING);
              required binary digest (STRING);
              required binary device (STRING);
              required binary precision (STRING);
            }
          }
          """);

  private final RecordConsumer out;

  PredictionSchema(RecordConsumer out) {
    this.out = out;
  }

  /** Writes one row. */
  void write(Prediction prediction) {
    Answer answer = prediction.getAnswer();
    out.startMessage();
    text("id", 0, prediction.getId());
    text("entity", 1, prediction.getEntity());
    field("window_start", 2, () -> out.addLong(micros(prediction.getWindowStart())));
    field("window_end", 3, () -> out.addLong(micros(prediction.getWindowEnd())));
    field("ordinal", 4, () -> out.addLong(prediction.getOrdinal()));
    field("revision", 5, () -> out.addInteger(prediction.getRevision()));
    field("final", 6, () -> out.addBoolean(prediction.isFinal()));
    group("tasks", 7, () -> tasks(answer.tasks()));
    field("anomaly_score", 8, () -> out.addFloat(answer.anomalyScore()));
    field("anomaly_threshold", 9, () -> out.addDouble(prediction.getAnomalyThreshold()));
    field("is_anomaly", 10, () -> out.addBoolean(prediction.isAnomaly()));
    group("attention", 11, () -> attention(prediction));
    group("present", 12, () -> present(prediction.getPresent()));
    group("model", 13, () -> model(prediction.getModel()));
    out.endMessage();
  }

  private void tasks(Map<String, Answer.TaskAnswer> tasks) {
    entries(
        tasks,
        task ->
            group(
                "value",
                1,
                () -> {
                  if (task instanceof Answer.Classified classified) {
                    text("label", 0, classified.label());
                    field("probability", 1, () -> out.addFloat(classified.probability()));
                    group("probabilities", 2, () -> shares(classified.probabilities()));
                  } else if (task instanceof Answer.Estimated estimated) {
                    field("value", 3, () -> out.addFloat(estimated.value()));
                  }
                }));
  }

  private void attention(Prediction prediction) {
    Map<String, Float> attention = new java.util.LinkedHashMap<>();
    for (String modality : prediction.getPresent()) {
      attention.put(modality, prediction.getAnswer().attention().getOrDefault(modality, 0f));
    }
    shares(attention);
  }

  private void shares(Map<String, Float> shares) {
    entries(shares, share -> field("value", 1, () -> out.addFloat(share)));
  }

  private void present(List<String> modalities) {
    // A field without a value must not be begun.
    if (!modalities.isEmpty()) {
      field(
          "list",
          0,
          () -> {
            for (String modality : modalities) {
              out.startGroup();
              text("element", 0, modality);
              out.endGroup();
            }
          });
    }
  }

  private void model(Prediction.Model model) {
    text("name", 0, model.name());
    text("digest", 1, model.digest());
    text("device", 2, model.device());
    text("precision", 3, model.precision());
  }

  private <T> void entries(Map<String, T> map, java.util.function.Consumer<T> value) {
    if (!map.isEmpty()) {
      field(
          "key_value",
          0,
          () ->
              map.forEach(
                  (key, one) -> {
                    out.startGroup();
                    text("key", 0, key);
                    value.accept(one);
                    out.endGroup();
                  }));
    }
  }

  private void text(String name, int index, String value) {
    field(name, index, () -> out.addBinary(Binary.fromString(value)));
  }

  private void group(String name, int index, Runnable content) {
    field(
        name,
        index,
        () -> {
          out.startGroup();
          content.run();
          out.endGroup();
        });
  }

  private void field(String name, int index, Runnable content) {
    out.startField(name, index);
    content.run();
    out.endField(name, index);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
