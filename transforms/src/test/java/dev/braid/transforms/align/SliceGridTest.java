package dev.braid.transforms.align;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.spec.WindowSpec;
import dev.braid.transforms.RoundTrip;
import dev.braid.transforms.featurize.Embedding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;

final class SliceGridTest {
  @Property
  void aSliceLiesInAWindowAsAWholeOrNotAtAll(
      @ForAll @IntRange(min = 1, max = 60) int size,
      @ForAll @IntRange(min = 1, max = 60) int step,
      @ForAll @LongRange(min = -300, max = 300) long millis) {
    WindowSpec.Time window = window(size, Math.min(size, step));
    SliceGrid grid = new SliceGrid(window);
    SlidingEventTime windows = SlidingEventTime.of(window);

    assertThat(windows.windowsOf(grid.sliceOf(millis))).isEqualTo(windows.windowsOf(millis));
    assertThat(grid.sliceOf(millis)).isLessThanOrEqualTo(millis);
    assertThat(windows.windowsOf(millis).get(0).start().getMillis())
        .isEqualTo(grid.lastStart(millis));
    List<IntervalWindow> all = windows.windowsOf(millis);
    assertThat(all.get(all.size() - 1).start().getMillis()).isEqualTo(grid.firstStart(millis));
  }

  @Property
  void aPeriodHasTwoSlicesAtMostAndOneIfTheSizeIsAMultipleOfIt(
      @ForAll @IntRange(min = 1, max = 60) int size,
      @ForAll @IntRange(min = 1, max = 60) int step) {
    int period = Math.min(size, step);
    SliceGrid grid = new SliceGrid(window(size, period));
    TreeSet<Long> slices = new TreeSet<>();
    for (long millis = -period; millis < 0; millis++) {
      slices.add(grid.sliceOf(millis));
    }

    assertThat(slices).hasSize(size % period == 0 ? 1 : 2);
  }

  @Property
  void everyWindowLiesInOneStretchAlone(
      @ForAll @IntRange(min = 1, max = 60) int size,
      @ForAll @IntRange(min = 1, max = 60) int step,
      @ForAll @LongRange(min = -100, max = 100) long index) {
    int period = Math.min(size, step);
    long start = index * period;
    SlidingEventTime stretches = new SliceGrid(window(size, period)).stretches();

    // A window begins in a stretch if it lies in it, and only then.
    List<IntervalWindow> holding =
        stretches.windowsOf(start).stream()
            .filter(stretch -> stretch.end().getMillis() >= start + size)
            .toList();
    assertThat(holding).hasSize(1);
    // All that is in the window is in the stretch.
    for (long millis = start; millis < start + size; millis++) {
      assertThat(stretches.windowsOf(millis)).contains(holding.get(0)).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Example
  void aFloodTakesNoMoreRoomInASliceThanTheCapAllows() {
    CombineSlices combine =
        new CombineSlices(
            new SliceGrid(window(60_000, 5_000)), new SceneBuilder(Map.of("log", 32)));
    SlicesByEntity slices = combine.createAccumulator();
    int[] bytes = new int[2];
    for (int i = 0; i < 100_000; i++) {
      slices =
          combine.addInput(
              slices,
              Embedding.of(
                  "e", "log", "%06d".formatted(i), Instant.ofEpochMilli(i % 5_000), new float[64]));
      if (i == 9_999 || i == 99_999) {
        bytes[i / 99_999] = RoundTrip.bytes(SlicesByEntity.Form.of(), slices).length;
      }
    }

    assertThat(bytes[1]).isEqualTo(bytes[0]);
  }

  @Example
  void partsOfSlicesAddUpAndSurviveTheirCoder() throws Exception {
    CombineSlices combine =
        new CombineSlices(new SliceGrid(window(10, 5)), new SceneBuilder(Map.of("log", 2)));
    SlicesByEntity one = combine.createAccumulator();
    combine.addInput(one, embedding("e", "a", 1));
    combine.addInput(one, embedding("e", "b", 7));
    SlicesByEntity other = combine.createAccumulator();
    combine.addInput(other, embedding("e", "c", 8));
    combine.addInput(other, embedding("f", "a", -1));
    combine.addInput(other, embedding("e", "d", 6));

    SlicesByEntity whole =
        RoundTrip.of(SlicesByEntity.Form.of(), combine.mergeAccumulators(List.of(one, other)));

    Map<String, Map<Long, List<String>>> ids = new TreeMap<>();
    whole
        .entities()
        .forEach(
            (entity, slices) ->
                slices.forEach(
                    (start, slice) ->
                        ids.computeIfAbsent(entity, e -> new TreeMap<>())
                            .put(
                                start,
                                slice.modalities().get("log").kept().stream()
                                    .map(token -> token.id())
                                    .toList())));
    assertThat(ids)
        .isEqualTo(
            Map.of(
                "e",
                Map.of(0L, List.of("a"), 5L, List.of("b", "c")),
                "f",
                Map.of(-5L, List.of("a"))));
    assertThat(whole.slice("e", 5).modalities().get("log").leftOut()).isEqualTo(1);
  }

  private static Embedding embedding(String entity, String id, long millis) {
    return Embedding.of(entity, "log", id, Instant.ofEpochMilli(millis), new float[] {millis});
  }

  private static WindowSpec.Time window(int sizeMillis, int periodMillis) {
    return new WindowSpec.Time(
        Duration.ofMillis(sizeMillis), Duration.ofMillis(periodMillis), null);
  }
}
