package dev.braid.transforms.align;

import static dev.braid.transforms.align.Alignment.at;
import static dev.braid.transforms.align.Alignment.second;
import static dev.braid.transforms.align.Alignment.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.transforms.featurize.Embedding;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.values.TimestampedValue;

/** Slices held to Beam's own GroupByKey in sliding windows, on the DirectRunner. */
final class SlicedWindowsTest {
  /**
   * Streams that come on time, late, too late, twice, in any order and around 1970, with a
   * watermark that steps or jumps.
   */
  @Property(tries = 8)
  void scenesRevisionsAndCountsAreThoseOfPlainSlidingWindows(
      @ForAll @IntRange(min = 1, max = 12) int size,
      @ForAll @IntRange(min = 1, max = 12) int step,
      @ForAll @IntRange(min = 0, max = 3) int patience,
      @ForAll long seed) {
    String window =
        "{size: %ds, period: %ds, allowedLateness: %ds}"
            .formatted(size, Math.min(size, step), 4 * patience);

    Alignment plain = run(false, window, script(seed));
    Alignment sliced = run(true, window, script(seed));

    assertThat(sliced.scenes()).containsExactlyInAnyOrderElementsOf(plain.scenes());
    assertThat(sliced.dropped()).isEqualTo(plain.dropped());
  }

  /**
   * One embedding at a time: of several at once plain windows make one revision, slices several.
   */
  private static TestStream<Embedding> script(long seed) {
    Random random = new Random(seed);
    TestStream.Builder<Embedding> stream = stream();
    int watermark = -20;
    for (int i = 0; i < 25; i++) {
      if (random.nextInt(3) == 0) {
        watermark += random.nextInt(random.nextInt(6) == 0 ? 30 : 5);
        stream = stream.advanceWatermarkTo(second(watermark));
      }
      int time = watermark + random.nextInt(30) - 18;
      stream =
          stream.addElements(
              at(
                  random.nextBoolean() ? "e" : "f",
                  random.nextBoolean() ? "log" : "voice",
                  "o" + random.nextInt(20),
                  time));
    }
    return stream.advanceWatermarkToInfinity();
  }

  @Example
  void ofAStreamAFloodOfOneModalityKeepsTheLatestOfIt() {
    List<TimestampedValue<Embedding>> flood =
        IntStream.range(0, 10_000).mapToObj(i -> at("e", "log", "l" + i, i)).toList();

    Alignment flooded =
        run(
            true,
            "{size: 10000s}",
            stream().addElements(flood.get(0), rest(flood)).advanceWatermarkToInfinity());

    List<String> latest = IntStream.range(10_000 - 32, 10_000).mapToObj(i -> "l" + i).toList();
    assertThat(flooded.scenes()).containsExactly("e 0..10000 r0 final {log=%s}".formatted(latest));
    assertThat(flooded.leftOut()).isEqualTo(10_000 - 32);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // TestStream takes an array of a generic type.
  private static TimestampedValue<Embedding>[] rest(List<TimestampedValue<Embedding>> flood) {
    return flood.subList(1, flood.size()).toArray(new TimestampedValue[0]);
  }

  private static Alignment run(boolean timers, String window, TestStream<Embedding> stream) {
    return Alignment.of(PipelineOptionsFactory.create(), timers, window, "", stream);
  }
}
