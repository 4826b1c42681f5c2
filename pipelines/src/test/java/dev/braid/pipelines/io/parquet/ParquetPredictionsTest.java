package dev.braid.pipelines.io.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.io.PredictionJson;
import dev.braid.pipelines.io.SamplePredictions;
import dev.braid.transforms.fuse.Prediction;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are read back by Parquet's own reader, with Hadoop's classes. */
class ParquetPredictionsTest {
  @TempDir private Path directory;

  @Test
  void everyColumnIsReadBack() throws Exception {
    Group row = read(write(List.of(SamplePredictions.of("press-04", 0)))).get(0);

    assertThat(row.toString().lines())
        .containsExactly(
            "id: press-04|2026-01-01T00:01:00Z|plant@3f2a",
            "entity: press-04",
            "window_start: 1767225600000000",
            "window_end: 1767225660000000",
            "ordinal: 0",
            "revision: 0",
            "final: true",
            "tasks",
            "  key_value",
            "    key: state",
            "    value",
            "      label: leak",
            "      probability: 0.97",
            "      probabilities",
            "        key_value",
            "          key: normal",
            "          value: 0.03",
            "        key_value",
            "          key: leak",
            "          value: 0.97",
            "  key_value",
            "    key: health",
            "    value",
            "      value: 0.41",
            "anomaly_score: 0.83",
            "anomaly_threshold: 0.6",
            "is_anomaly: true",
            "attention",
            "  key_value",
            "    key: camera",
            "    value: 0.41",
            "  key_value",
            "    key: log",
            "    value: 0.59",
            "present",
            "  list",
            "    element: camera",
            "  list",
            "    element: log",
            "model",
            "  name: plant",
            "  digest: sha256:3f2a77",
            "  device: cpu",
            "  precision: int8");
  }

  @Test
  void manyRowsAreReadBackInTheirOrderAndAreCompressed() throws Exception {
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      predictions.add(SamplePredictions.of("press-" + i % 7, i, i % 3, i % 2 == 0, i));
    }

    Path file = write(predictions);

    assertThat(read(file))
        .extracting(row -> row.getString("id", 0), row -> row.getInteger("revision", 0))
        .containsExactlyElementsOf(
            predictions.stream()
                .map(p -> org.assertj.core.groups.Tuple.tuple(p.getId(), p.getRevision()))
                .toList());
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
      assertThat(reader.getRowGroups().get(0).getColumns())
          .allMatch(column -> column.getCodec() == CompressionCodecName.SNAPPY);
    }
    long lines = predictions.stream().mapToLong(p -> PredictionJson.format(p).length()).sum();
    assertThat(Files.size(file)).isLessThan(lines / 10);
  }

  @Test
  void aPredictionOfNothingIsReadBackToo() throws Exception {
    Prediction whole = SamplePredictions.of("e", 0);
    Prediction empty =
        PredictionJson.parse(
            PredictionJson.format(whole)
                .replaceAll("\"tasks\":.*\"anomaly\"", "\"tasks\":{},\"anomaly\"")
                .replaceAll(
                    "\"attention\":.*\"model\"", "\"attention\":{},\"present\":[],\"model\""));

    Group row = read(write(List.of(empty))).get(0);

    assertThat(row.getGroup("tasks", 0).getFieldRepetitionCount("key_value")).isZero();
    assertThat(row.getGroup("present", 0).getFieldRepetitionCount("list")).isZero();
  }

  @Test
  void aFileWithoutRowsIsValid() throws Exception {
    assertThat(read(write(List.of()))).isEmpty();
  }

  private Path write(List<Prediction> predictions) throws IOException {
    Path file = directory.resolve("predictions.parquet");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ParquetPredictions sink = new ParquetPredictions();
      sink.open(channel);
      for (Prediction prediction : predictions) {
        sink.write(PredictionJson.format(prediction));
      }
      sink.flush();
    }
    return file;
  }

  private static List<Group> read(Path file) throws IOException {
    List<Group> rows = new ArrayList<>();
    try (ParquetReader<Group> reader = new Reader(new LocalInputFile(file)).build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        rows.add(row);
      }
    }
    return rows;
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
