package dev.braid.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.tensor.TensorRow;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Rows with the outputs that the model gave when the bundle was made; a load must reproduce them.
 *
 * @param outputs for every row, for every output, its elements
 */
public record GoldenRows(List<TensorRow> rows, List<float[][]> outputs) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** One array: its element type and its little-endian bytes in Base64. */
  private record Column(String type, String base64) {}

  private record Row(List<Column> inputs, List<Column> outputs) {}

  public GoldenRows {
    if (rows.size() != outputs.size() || rows.isEmpty()) {
      throw new IllegalArgumentException(
          "golden rows need one output each and at least one row, but there were %d and %d"
              .formatted(rows.size(), outputs.size()));
    }
  }

  /** These rows as JSON. */
  public String toJson() {
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      List<Column> inputs = new ArrayList<>();
      for (int c = 0; c < rows.get(i).size(); c++) {
        inputs.add(input(rows.get(i), c));
      }
      List<Column> given = new ArrayList<>();
      for (float[] output : outputs.get(i)) {
        given.add(floats(output));
      }
      all.add(new Row(inputs, given));
    }
    try {
      return JSON.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws InvalidBundleException if the text is something else
   */
  public static GoldenRows parse(String json) {
    try {
      List<TensorRow> rows = new ArrayList<>();
      List<float[][]> outputs = new ArrayList<>();
      for (Row row : JSON.readValue(json, Row[].class)) {
        rows.add(TensorRow.of(row.inputs().stream().map(GoldenRows::array).toArray()));
        outputs.add(row.outputs().stream().map(c -> (float[]) array(c)).toArray(float[][]::new));
      }
      return new GoldenRows(rows, outputs);
    } catch (JsonProcessingException | IllegalArgumentException | ClassCastException e) {
      throw new InvalidBundleException("golden rows cannot be read: " + e.getMessage(), e);
    }
  }

  private static Column input(TensorRow row, int column) {
    if (row.isFloats(column)) {
      return floats(row.floats(column));
    }
    long[] longs = row.longs(column);
    ByteBuffer bytes = ByteBuffer.allocate(8 * longs.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(longs);
    return new Column("int64", Base64.getEncoder().encodeToString(bytes.array()));
  }

  private static Column floats(float[] floats) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * floats.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(floats);
    return new Column("float32", Base64.getEncoder().encodeToString(bytes.array()));
  }

  private static Object array(Column column) {
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(column.base64())).order(ByteOrder.LITTLE_ENDIAN);
    if (column.type().equals("int64")) {
      long[] longs = new long[bytes.remaining() / 8];
      bytes.asLongBuffer().get(longs);
      return longs;
    }
    float[] floats = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }
}
