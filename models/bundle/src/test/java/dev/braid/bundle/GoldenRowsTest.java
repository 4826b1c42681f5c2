package dev.braid.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.tensor.TensorRow;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GoldenRowsTest {
  @Property(tries = 200)
  void rowsAreReadBitByBitAsTheyWereWritten(
      @ForAll float[] floats, @ForAll long[] longs, @ForAll float[] output) {
    GoldenRows golden =
        new GoldenRows(
            List.of(TensorRow.of(longs, floats), TensorRow.of(floats)),
            List.of(new float[][] {output, floats}, new float[][] {}));
    GoldenRows read = GoldenRows.parse(golden.toJson());
    assertThat(read.rows()).hasSize(2);
    assertThat(read.rows().get(0).longs(0)).isEqualTo(longs);
    assertThat(read.rows().get(0).floats(1)).isEqualTo(floats);
    assertThat(read.rows().get(1).floats(0)).isEqualTo(floats);
    assertThat(read.outputs().get(0)[0]).isEqualTo(output);
    assertThat(read.outputs().get(0)[1]).isEqualTo(floats);
    assertThat(read.outputs().get(1)).isEmpty();
  }

  @Test
  void theBytesAreLittleEndian() {
    String json =
        new GoldenRows(
                List.of(TensorRow.of(new long[] {1}, new float[] {1f})),
                List.<float[][]>of(new float[][] {{-2f}}))
            .toJson();
    assertThat(json)
        .isEqualTo(
            "[{\"inputs\":[{\"type\":\"int64\",\"base64\":\"AQAAAAAAAAA=\"},"
                + "{\"type\":\"float32\",\"base64\":\"AACAPw==\"}],"
                + "\"outputs\":[{\"type\":\"float32\",\"base64\":\"AAAAwA==\"}]}]");
  }

  @Test
  void everyRowNeedsItsOutputs() {
    assertThatThrownBy(() -> new GoldenRows(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "golden rows need one output each and at least one row, but there were 0 and 0");
    assertThatThrownBy(() -> new GoldenRows(List.of(TensorRow.of(new float[1])), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "[]",
        "[null]",
        "[{}]",
        "[{\"inputs\":null,\"outputs\":[]}]",
        "[{\"inputs\":[null],\"outputs\":[]}]",
        "[{\"inputs\":[{\"type\":\"float32\"}],\"outputs\":[]}]",
        "[{\"inputs\":[{\"type\":\"float16\",\"base64\":\"AAA=\"}],\"outputs\":[]}]",
        "[{\"inputs\":[{\"type\":\"float32\",\"base64\":\"AAA=\"}],\"outputs\":[]}]",
        "[{\"inputs\":[{\"type\":\"float32\",\"base64\":\"!\"}],\"outputs\":[]}]",
        "[{\"inputs\":[],\"outputs\":[{\"type\":\"int64\",\"base64\":\"AQAAAAAAAAA=\"}]}]",
        "[{\"inputs\":[],\"outputs\":[]}] 1"
      })
  void whatIsNoGoldenRowIsRefusedOnOneLine(String json) {
    assertThatThrownBy(() -> GoldenRows.parse(json))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageStartingWith("golden rows cannot be read: ")
        .hasMessageNotContaining("\n");
  }
}
