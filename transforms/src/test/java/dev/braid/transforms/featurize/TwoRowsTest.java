package dev.braid.transforms.featurize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.serving.RowResult;
import dev.braid.tensor.TensorRow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Encoders here double the first column, or fail where it is negative. */
class TwoRowsTest {
  private static TensorRow row(float... values) {
    return TensorRow.of((Object) values);
  }

  private static TwoRows.Encoder times(float factor, List<Integer> calls) {
    return rows -> {
      calls.add(rows.size());
      List<RowResult<float[]>> results = new ArrayList<>();
      for (TensorRow row : rows) {
        assertThat(row.size()).isEqualTo(1);
        float value = row.floats(0)[0];
        results.add(
            value < 0
                ? new RowResult.Failed<>("negative: " + value)
                : new RowResult.Served<>(new float[] {factor * value}));
      }
      return results;
    };
  }

  private static List<Object> encode(List<TensorRow> rows, List<Integer> calls) {
    List<Object> results = new ArrayList<>();
    for (RowResult<float[]> result : TwoRows.encode(rows, 1, times(10, calls), times(100, calls))) {
      results.add(
          result instanceof RowResult.Served<float[]> served
              ? served.value()
              : ((RowResult.Failed<float[]>) result).reason());
    }
    return results;
  }

  @Test
  void onlyRowsOfBothAreAskedAboutTwiceAndEachFindsItsOwnAnswer() {
    List<Integer> calls = new ArrayList<>();

    assertThat(
            encode(
                List.of(
                    row(1), TwoRows.join(row(2), row(3, 3)), row(4), TwoRows.join(row(5), row(6))),
                calls))
        .containsExactly(
            new float[] {10}, new float[] {20, 300}, new float[] {40}, new float[] {50, 600});
    assertThat(calls).containsExactly(4, 2);
  }

  @Test
  void theOlderOneIsNotAskedWithoutNeed() {
    List<Integer> calls = new ArrayList<>();

    assertThat(encode(List.of(row(1)), calls)).containsExactly(new float[] {10});
    assertThat(calls).containsExactly(1);
  }

  @Test
  void whatOneOfThemCannotEncodeIsWhatTheNewerOneSaysOfIt() {
    List<Integer> calls = new ArrayList<>();

    assertThat(encode(List.of(TwoRows.join(row(-1), row(2)), TwoRows.join(row(3), row(-4))), calls))
        .containsExactly("negative: -1.0", new float[] {30});
  }
}
