package dev.braid.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowedValues;
import org.apache.spark.util.SizeEstimator;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

final class KeptChunkTest {
  private static final TupleTag<byte[]> EVEN = new TupleTag<>("even");
  private static final TupleTag<byte[]> ODD = new TupleTag<>("odd");

  @Test
  void eachOutputIsThereOnceAndInOrder() {
    List<Integer> even = new ArrayList<>();
    List<Integer> odd = new ArrayList<>();
    for (KeptChunk chunk : chunks(1000, 4)) {
      chunk.outputs(EVEN).forEachRemaining(value -> even.add(first(value)));
      chunk.outputs(ODD).forEachRemaining(value -> odd.add(first(value)));
    }

    assertThat(even).isEqualTo(IntStream.range(0, 500).map(i -> 2 * i % 128).boxed().toList());
    assertThat(odd).isEqualTo(IntStream.range(0, 500).map(i -> (2 * i + 1) % 128).boxed().toList());
  }

  @Test
  void theirSizesAddUpToWhatSparkWouldEstimate() {
    List<KeptChunk> chunks = chunks(10_000, 1000);

    long sum = chunks.stream().mapToLong(KeptChunk::estimatedSize).sum();

    assertThat(sum).isBetween(10_000L * 1000, 10_000L * 1250);
    assertThat(SizeEstimator.estimate(chunks.get(5))).isEqualTo(chunks.get(5).estimatedSize());
  }

  @Test
  void aChunkHasNoMoreThanTwoHundredAndFiftySixOutputs() {
    assertThat(chunks(600, 4)).extracting(KeptChunkTest::size).containsExactly(1, 256, 256, 87);
  }

  @Test
  void largeOutputsAreAChunkEach() {
    assertThat(chunks(4, 1 << 20)).extracting(KeptChunkTest::size).containsExactly(1, 1, 1, 1);
  }

  @Test
  void ofNothingThereIsNoChunk() {
    assertThat(chunks(0, 4)).isEmpty();
  }

  @Test
  void onlyTheFirstSixteenOutputsOfAChunkAreMeasured() {
    KeptChunk second = chunks(257, i -> i <= 16 ? 1000 : 0).get(1);

    assertThat(size(second)).isEqualTo(256);
    assertThat(second.estimatedSize()).isBetween(256L * 1000, 256L * 1250);
  }

  private static List<KeptChunk> chunks(int count, int bytes) {
    return chunks(count, i -> bytes);
  }

  private static List<KeptChunk> chunks(int count, IntUnaryOperator bytes) {
    List<Tuple2<TupleTag<?>, WindowedValue<?>>> outputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] value = new byte[1 + bytes.applyAsInt(i)];
      value[0] = (byte) (i % 128);
      outputs.add(new Tuple2<>(i % 2 == 0 ? EVEN : ODD, WindowedValues.valueInGlobalWindow(value)));
    }
    List<KeptChunk> chunks = new ArrayList<>();
    KeptChunk.of(outputs.iterator()).forEachRemaining(chunks::add);
    return chunks;
  }

  private static int size(KeptChunk chunk) {
    return count(chunk.outputs(EVEN)) + count(chunk.outputs(ODD));
  }

  private static int count(Iterator<?> values) {
    int count = 0;
    for (; values.hasNext(); values.next()) {
      count++;
    }
    return count;
  }

  private static int first(WindowedValue<?> value) {
    return ((byte[]) value.getValue())[0];
  }
}
