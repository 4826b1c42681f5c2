package dev.braid.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class KeptOutputsTest {
  private static final int ROWS = 2000;
  private static final TupleTag<Integer> EVEN = new TupleTag<>("even");
  private static final TupleTag<Integer> ODD = new TupleTag<>("odd");
  private static final AtomicInteger CALLS = new AtomicInteger();
  private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

  private final Engine engine = Engines.named("spark");

  @BeforeEach
  void forget() {
    CALLS.set(0);
    SEEN.clear();
  }

  @Test
  void aStepWhoseTwoOutputsAreReadRunsOnceAndKeepsTimesAndWindows() {
    run("--sparkMaster=local[2]");

    assertThat(CALLS).hasValue(ROWS);
    assertThat(SEEN).containsExactlyInAnyOrderElementsOf(expected());
  }

  @Test
  void anotherStorageLevelIsLeftToBeam() {
    run("--sparkMaster=local[2]", "--storageLevel=MEMORY_AND_DISK_SER");

    assertThat(CALLS).hasValue(ROWS);
    assertThat(SEEN).containsExactlyInAnyOrderElementsOf(expected());
  }

  private void run(String... options) {
    Pipeline pipeline =
        Pipeline.create(Engines.options(engine, PipelineOptions.class, List.of(options)));
    PCollectionTuple parted =
        pipeline
            .apply(
                Create.timestamped(
                    IntStream.range(0, ROWS)
                        .mapToObj(i -> TimestampedValue.of(i, Instant.ofEpochMilli(i)))
                        .toList()))
            .apply(Window.into(FixedWindows.of(Duration.millis(10))))
            .apply(ParDo.of(new Part()).withOutputTags(EVEN, TupleTagList.of(ODD)));
    parted.get(EVEN).setCoder(VarIntCoder.of()).apply("See even", ParDo.of(new See("even")));
    parted.get(ODD).setCoder(VarIntCoder.of()).apply("See odd", ParDo.of(new See("odd")));
    assertThat(engine.run(pipeline).waitUntilFinish()).isEqualTo(PipelineResult.State.DONE);
  }

  private static List<String> expected() {
    return IntStream.range(0, ROWS)
        .mapToObj(i -> line(i % 2 == 0 ? "even" : "odd", i, i, (i / 10 + 1) * 10L - 1))
        .toList();
  }

  private static String line(String output, int value, long millis, long windowEnd) {
    return "%s %d at %d until %d".formatted(output, value, millis, windowEnd);
  }

  private static final class Part extends DoFn<Integer, Integer> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element Integer value, MultiOutputReceiver out) {
      CALLS.incrementAndGet();
      out.get(value % 2 == 0 ? EVEN : ODD).output(value);
    }
  }

  private static final class See extends DoFn<Integer, Void> {
    private static final long serialVersionUID = 1L;

    private final String output;

    See(String output) {
      this.output = output;
    }

    @ProcessElement
    public void process(
        @Element Integer value, @Timestamp Instant timestamp, BoundedWindow window) {
      SEEN.add(line(output, value, timestamp.getMillis(), window.maxTimestamp().getMillis()));
    }
  }
}
