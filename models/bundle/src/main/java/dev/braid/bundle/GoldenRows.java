package dev.braid.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.tensor.TensorRow;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Rows with the outputs that the model gave when the bundle was made; a load must reproduce them.
 *
 * @param outputs for every row, for every output, its elements
 */
public record GoldenRows(List<TensorRow> rows, List<float[][]> outputs) {
  private static final String FLOATS = "float32";
  private static final String INTEGERS = "int64";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** One array: its element type and its little-endian bytes in Base64. */
  private record Column(String type, String base64) {}

  private record Row(List<Column> inputs, List<Column> outputs) {
    Row {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  public GoldenRows {
    rows = List.copyOf(rows);
    outputs = List.copyOf(outputs);
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
      Row[] all = JSON.readValue(json, Row[].class);
      if (all == null || Arrays.asList(all).contains(null)) {
        throw new IllegalArgumentException("a row must not be null");
      }
      for (Row row : all) {
        rows.add(TensorRow.of(row.inputs().stream().map(GoldenRows::array).toArray()));
        outputs.add(row.outputs().stream().map(GoldenRows::floats).toArray(float[][]::new));
      }
      return new GoldenRows(rows, outputs);
    } catch (JsonProcessingException e) {
      throw new InvalidBundleException(
          "golden rows cannot be read: " + e.getOriginalMessage().lines().findFirst().orElse(""),
          e);
    } catch (IllegalArgumentException e) {
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
    return new Column(INTEGERS, Base64.getEncoder().encodeToString(bytes.array()));
  }

  private static Column floats(float[] floats) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * floats.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(floats);
    return new Column(FLOATS, Base64.getEncoder().encodeToString(bytes.array()));
  }

  private static Object array(Column column) {
    if (!column.type().equals(INTEGERS)) {
      return floats(column);
    }
    ByteBuffer bytes = bytes(column, 8);
    long[] longs = new long[bytes.remaining() / 8];
    bytes.asLongBuffer().get(longs);
    return longs;
  }

  private static float[] floats(Column column) {
    if (!column.type().equals(FLOATS)) {
      throw new IllegalArgumentException(
          "an array must be of float32 (or int64, as an input), but was of: " + column.type());
    }
    ByteBuffer bytes = bytes(column, 4);
    float[] floats = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }

  private static ByteBuffer bytes(Column column, int size) {
    byte[] bytes = Base64.getDecoder().decode(column.base64());
    if (bytes.length % size != 0) {
      throw new IllegalArgumentException(
          "an array of %s must have a multiple of %d bytes, but had: %d"
              .formatted(column.type(), size, bytes.length));
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
