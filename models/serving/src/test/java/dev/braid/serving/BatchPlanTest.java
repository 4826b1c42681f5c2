package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class BatchPlanTest {
  private static final List<TensorSpec> SERIES =
      List.of(TensorSpec.floats("series", TensorSpec.ANY, 3));
  private static final List<TensorSpec> TEXT =
      List.of(TensorSpec.longs("terms", TensorSpec.ANY), TensorSpec.floats("weights", -1));
  private static final List<TensorSpec> SCENE =
      List.of(TensorSpec.floats("eye", TensorSpec.ANY, 32), TensorSpec.floats("ear", -1, 32));
  private static final long NO_LIMIT = Long.MAX_VALUE / 1024;

  /** A plan, and what it comes to. */
  private record Planned(int[] order, List<Integer> sizes, long elements, long padding) {}

  private static Planned plan(
      List<TensorSpec> inputs, List<TensorRow> rows, int maxRows, long maxBytes) {
    return plan(inputs, rows, BatchSize.of(maxRows), maxBytes);
  }

  private static Planned plan(
      List<TensorSpec> inputs, List<TensorRow> rows, BatchSize size, long maxBytes) {
    int[] order = IntStream.range(0, rows.size()).toArray();
    boolean alike =
        rows.stream()
            .allMatch(
                row ->
                    IntStream.range(0, inputs.size())
                        .allMatch(c -> row.length(c) == rows.get(0).length(c)));
    BatchPlan plan = new BatchPlan(inputs, rows, order, alike, size, maxBytes);
    List<Integer> sizes = new ArrayList<>();
    long elements = 0;
    long padded = 0;
    int from = 0;
    for (int b = 0; b < plan.batches(); b++) {
      int to = plan.end(b);
      for (int length : BatchPlan.longest(inputs, rows, order, from, to)) {
        padded += (long) length * (to - from);
      }
      for (int i = from; i < to; i++) {
        for (int c = 0; c < inputs.size(); c++) {
          elements += rows.get(order[i]).length(c);
        }
      }
      sizes.add(to - from);
      from = to;
    }
    return new Planned(order, sizes, elements, padded - elements);
  }

  private static List<TensorRow> series(List<Integer> lengths) {
    return lengths.stream().map(length -> TensorRow.of(new float[3 * length])).toList();
  }

  @Property(tries = 300)
  void paddingStaysUnderFifteenPercentOfTheRowsElements(
      @ForAll @Size(min = 1, max = 700) List<@IntRange(min = 1, max = 3000) Integer> lengths) {
    Planned series = plan(SERIES, series(lengths), 64, NO_LIMIT);
    Planned text =
        plan(
            TEXT,
            lengths.stream().map(n -> TensorRow.of(new long[n], new float[n])).toList(),
            64,
            NO_LIMIT);

    assertThat(series.padding() * 100).isLessThan(15 * series.elements());
    assertThat(text.padding() * 100).isLessThan(15 * text.elements());
  }

  @Property(tries = 300)
  void everyRowIsInOneBatchWithinTheLimits(
      @ForAll @Size(max = 700) List<@IntRange(min = 1, max = 3000) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 64) int maxRows,
      @ForAll @IntRange(min = 1, max = 100_000) int maxBytes) {
    List<TensorRow> rows = series(lengths);

    Planned planned = plan(SERIES, rows, maxRows, maxBytes);

    assertThat(Arrays.stream(planned.order()).sorted().toArray())
        .isEqualTo(IntStream.range(0, rows.size()).toArray());
    int from = 0;
    for (int size : planned.sizes()) {
      int[] longest = BatchPlan.longest(SERIES, rows, planned.order(), from, from + size);
      assertThat(size).isBetween(1, maxRows);
      assertThat(size == 1 || BatchPlan.bytes(SERIES, longest, size) <= maxBytes).isTrue();
      from += size;
    }
    assertThat(from).isEqualTo(rows.size());
  }

  @Test
  void rowsOfOneLengthAreFullBatches() {
    List<TensorRow> rows = series(Collections.nCopies(150, 40));

    assertThat(plan(SERIES, rows, 64, NO_LIMIT).sizes()).containsExactly(64, 64, 22);
  }

  @Test
  void smallRowsShareLargerBatches() {
    BatchSize size = new BatchSize(64, 256, 256 * 3 * 4 * 40);

    assertThat(plan(SERIES, series(Collections.nCopies(300, 40)), size, NO_LIMIT).sizes())
        .containsExactly(256, 44);
    assertThat(plan(SERIES, series(Collections.nCopies(150, 41)), size, NO_LIMIT).sizes())
        .containsExactly(64, 64, 22);
  }

  @Test
  void smallRowsOfVaryingLengthDoSoAsLongAsTheyAreSmallWithTheirPadding() {
    // 100 of 38 steps and 100 of 40: as one batch they have 40 each, which is 5 % more.
    List<Integer> lengths = new ArrayList<>(Collections.nCopies(100, 38));
    lengths.addAll(Collections.nCopies(100, 40));
    long padded = 200 * 3 * 4 * 40;

    assertThat(plan(SERIES, series(lengths), new BatchSize(64, 256, padded), NO_LIMIT).sizes())
        .containsExactly(200);
    assertThat(plan(SERIES, series(lengths), new BatchSize(64, 256, padded - 1), NO_LIMIT).sizes())
        .containsExactly(100, 100);
  }

  @Test
  void batchesAreNotMadeSmallerThanThePaddingAsks() {
    // 64 series of 1 to 64 steps: one batch would be padded by 97 %.
    List<Integer> lengths = IntStream.rangeClosed(1, 64).boxed().toList();

    Planned planned = plan(SERIES, series(lengths), 64, NO_LIMIT);

    assertThat(planned.sizes()).hasSizeLessThanOrEqualTo(7);
    assertThat(planned.padding() * 100).isLessThan(15 * planned.elements());
  }

  @Test
  void rowsOfFixedSizeAreTakenAsTheyCome() {
    List<TensorSpec> pixels = List.of(TensorSpec.floats("pixels", 1, 4, 4));
    List<TensorRow> rows = TinyBundle.rows(pixels, 10);

    Planned planned = plan(pixels, rows, 64, 4 * 16 * 3);

    assertThat(planned.sizes()).containsExactly(3, 3, 3, 1);
    assertThat(planned.order()).isEqualTo(IntStream.range(0, 10).toArray());
    assertThat(planned.padding()).isZero();
  }

  @Test
  void aRowThatIsTooLargeIsABatchOfItsOwn() {
    Planned planned = plan(SERIES, series(List.of(500, 500, 500)), 64, 100);

    assertThat(planned.sizes()).containsExactly(1, 1, 1);
  }

  @Test
  void scenesWhoseLengthsVaryIndependentlyStayTogetherWherePaddingCostsLessThanACall() {
    List<TensorRow> rows = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      rows.add(TensorRow.of(new float[32 * (1 + i % 4)], new float[32 * (1 + i / 4 % 4)]));
    }

    Planned planned = plan(SCENE, rows, 64, NO_LIMIT);

    assertThat(planned.sizes()).containsExactly(64);
  }

  @Test
  void noRowsAreNoBatches() {
    assertThat(plan(SERIES, List.of(), 64, NO_LIMIT).sizes()).isEmpty();
  }
}
