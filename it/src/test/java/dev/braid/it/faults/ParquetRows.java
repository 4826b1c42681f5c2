package dev.braid.it.faults;

import dev.braid.scene.Answer;
import dev.braid.transforms.fuse.Prediction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;

/** Predictions in a file of Parquet, read by its own reader, column by column. */
final class ParquetRows {
  private ParquetRows() {}

  static List<Prediction> read(Path file) throws IOException {
    List<Prediction> predictions = new ArrayList<>();
    try (ParquetReader<Group> reader = new Reader(new LocalInputFile(file)).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        predictions.add(prediction(row));
      }
    }
    return predictions;
  }

  private static Prediction prediction(Group row) {
    Group model = row.getGroup("model", 0);
    List<String> present = new ArrayList<>();
    Group list = row.getGroup("present", 0);
    for (int i = 0; i < list.getFieldRepetitionCount("list"); i++) {
      present.add(list.getGroup("list", i).getString("element", 0));
    }
    Prediction prediction =
        Prediction.builder()
            .setEntity(row.getString("entity", 0))
            .setWindowStart(time(row.getLong("window_start", 0)))
            .setWindowEnd(time(row.getLong("window_end", 0)))
            .setOrdinal(row.getLong("ordinal", 0))
            .setRevision(row.getInteger("revision", 0))
            .setFinal(row.getBoolean("final", 0))
            .setAnswer(
                new Answer(
                    map(row, "tasks", entry -> task(entry.getGroup("value", 0))),
                    row.getFloat("anomaly_score", 0),
                    shares(row, "attention")))
            .setPresent(List.copyOf(present))
            .setAnomalyThreshold(row.getDouble("anomaly_threshold", 0))
            .setModel(
                new Prediction.Model(
                    model.getString("name", 0),
                    model.getString("digest", 0),
                    model.getString("device", 0),
                    model.getString("precision", 0)))
            .build();
    if (!prediction.getId().equals(row.getString("id", 0))) {
      throw new AssertionError("the column id is another: " + row);
    }
    return prediction;
  }

  private static Answer.TaskAnswer task(Group value) {
    return value.getFieldRepetitionCount("label") == 1
        ? new Answer.Classified(
            value.getString("label", 0),
            value.getFloat("probability", 0),
            shares(value, "probabilities"))
        : new Answer.Estimated(value.getFloat("value", 0));
  }

  private static Map<String, Float> shares(Group row, String field) {
    return map(row, field, entry -> entry.getFloat("value", 0));
  }

  private static <T> Map<String, T> map(Group row, String field, Function<Group, T> value) {
    Map<String, T> map = new LinkedHashMap<>();
    Group entries = row.getGroup(field, 0);
    for (int i = 0; i < entries.getFieldRepetitionCount("key_value"); i++) {
      Group entry = entries.getGroup("key_value", i);
      map.put(entry.getString("key", 0), value.apply(entry));
    }
    return map;
  }

  private static Instant time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private static final class Reader extends ParquetReader.Builder<Group> {
    Reader(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }
}
