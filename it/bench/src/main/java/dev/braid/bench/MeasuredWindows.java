package dev.braid.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.braid.bench.baseline.PlainWindows;
import dev.braid.bundle.Bundle;
import dev.braid.observation.Blobs;
import dev.braid.observation.Observation;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.spec.Spec;
import dev.braid.transforms.align.AlignModalities;
import dev.braid.transforms.align.Scene;
import dev.braid.transforms.featurize.EncodeObservations;
import dev.braid.transforms.fuse.FuseModalities;
import dev.braid.transforms.model.ServedBundle;
import dev.braid.transforms.observation.ObservationCoder;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/** Sliding windows that grow over one input, on one engine, in a process that does nothing else. */
final class MeasuredWindows {
  /**
   * What copies makes as many copies as there are periods in a window: it is left out above that.
   */
  static final int MOST_COPIES = 60;

  /** Sizes of a window that the input lasts at least. */
  private static final int SIZES = 2;

  private final Engine engine;
  private final Path directory;
  private final Bundle bundle;
  private final int threads = Runtime.getRuntime().availableProcessors();

  MeasuredWindows(Engine engine, Path directory) {
    this.engine = engine;
    this.directory = directory;
    this.bundle = Bundle.open(directory);
  }

  /**
   * One run.
   *
   * @param seconds from the first observation made to the last window answered
   * @param cpuSeconds of all threads of the process
   * @param encoderRows rows that the encoder was asked for
   * @param encodeSeconds that sessions of the encoder ran, in the sum of all threads
   * @param fuseSeconds that sessions of the fusion ran, in the sum of all threads
   */
  record Figures(
      WindowWay way,
      int ratio,
      long observations,
      long windows,
      double seconds,
      double cpuSeconds,
      long encoderRows,
      double encodeSeconds,
      double fuseSeconds) {}

  /**
   * Measures every way and ratio in turns, after a turn that only warms up.
   *
   * @param ratios of size to period, the smallest first
   * @param seconds that a run of the smallest takes, about
   */
  List<Figures> measure(List<Integer> ratios, double seconds, int rounds) {
    int most = ratios.stream().mapToInt(Integer::intValue).max().orElseThrow();
    long least = load(1).observations() / load(1).periods();
    Figures first = run(WindowWay.BRAID, ratios.get(0), load(SIZES * most * least));
    first = run(WindowWay.BRAID, ratios.get(0), load(first.observations()));
    long all =
        Math.max(SIZES * most * least, (long) (seconds * first.observations() / first.seconds()));
    List<Figures> figures = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      for (int ratio : ratios) {
        for (WindowWay way : ways(ratio)) {
          long observations =
              Math.max(SIZES * ratio * least, way == WindowWay.BRAID ? all : all / ratio);
          Figures run = run(way, ratio, load(round == 0 ? observations / 4 : observations));
          if (round > 0) {
            figures.add(run);
          }
        }
      }
    }
    return figures;
  }

  private List<WindowWay> ways(int ratio) {
    List<WindowWay> ways = new ArrayList<>(List.of(WindowWay.BRAID));
    if (ratio <= MOST_COPIES) {
      if (engine.hasSlices()) {
        ways.add(WindowWay.COPIES);
      }
      ways.add(WindowWay.PLAIN);
    }
    return ways;
  }

  private WindowLoad load(long observations) {
    return WindowLoad.of(observations, threads);
  }

  /**
   * One run.
   *
   * @throws IllegalStateException if not every window is answered once, or not every observation
   *     encoded as often as this way does
   */
  Figures run(WindowWay way, int ratio, WindowLoad load) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Spec known = bundle.spec();
    Spec spec =
        new Spec(
            known.name(),
            known.entity(),
            WindowLoad.window(ratio),
            known.modalities(),
            known.tasks(),
            known.anomaly());
    Pipeline pipeline = pipeline(way, spec, load);
    long cpu = system.getProcessCpuTime();
    Meter meter = Meter.start(Double.MAX_VALUE);
    PipelineResult result = engine.run(pipeline);
    PipelineResult.State state = result.waitUntilFinish();
    if (state != PipelineResult.State.DONE) {
      throw new IllegalStateException("the run on " + engine.name() + " ended " + state);
    }
    Figures figures =
        new Figures(
            way,
            ratio,
            load.observations(),
            meter.rows(),
            meter.seconds(),
            (system.getProcessCpuTime() - cpu) / 1e9,
            rows(result),
            sessions(result, EncodeObservations.class),
            sessions(result, FuseModalities.class));
    check(figures, load);
    return figures;
  }

  private void check(Figures figures, WindowLoad load) {
    String run =
        "%s, %s, size/period %d".formatted(engine.name(), figures.way().label(), figures.ratio());
    if (figures.windows() != load.windows(figures.ratio())) {
      throw new IllegalStateException(
          "%s: %d windows were answered, but there are %d"
              .formatted(run, figures.windows(), load.windows(figures.ratio())));
    }
    long rows = load.observations() * figures.way().encodings(figures.ratio());
    if (figures.encoderRows() != rows) {
      throw new IllegalStateException(
          "%s: the encoder was asked for %d rows, and not for %d"
              .formatted(run, figures.encoderRows(), rows));
    }
  }

  private Pipeline pipeline(WindowWay way, Spec spec, WindowLoad load) {
    boolean streaming = engine.hasSlices();
    Pipeline pipeline =
        Pipeline.create(
            Engines.options(
                engine,
                PipelineOptions.class,
                streaming
                    ? List.of(
                        "--streaming=true",
                        "--shutdownSourcesAfterIdleMs=0",
                        "--experiments=use_deprecated_read")
                    : List.of()));
    PCollection<KV<Integer, Integer>> blocks =
        streaming
            ? pipeline.apply("Read", Read.from(WindowSource.of(load)))
            : pipeline.apply("Read", Create.of(blocks(load)));
    PCollection<Observation> observations =
        blocks.apply("Generate", ParDo.of(new UnfoldWindows(load))).setCoder(ObservationCoder.of());
    ServedBundle served = ServedBundle.of(directory, bundle);
    var fused = scenes(way, spec, served, observations).apply(FuseModalities.with(served));
    none("Unfused", fused);
    fused.output().apply("Count", ParDo.of(new CountRows<>()));
    return pipeline;
  }

  private static List<KV<Integer, Integer>> blocks(WindowLoad load) {
    List<KV<Integer, Integer>> blocks = new ArrayList<>();
    for (int block = 0; block < load.blocks(); block++) {
      for (int shard = 0; shard < load.shards(); shard++) {
        blocks.add(KV.of(shard, block));
      }
    }
    return blocks;
  }

  private static PCollection<Scene> scenes(
      WindowWay way, Spec spec, ServedBundle served, PCollection<Observation> observations) {
    if (way == WindowWay.PLAIN) {
      var scenes = observations.apply("Plain", new PlainWindows(spec, served));
      none("Unencoded", scenes);
      return scenes.output();
    }
    var encoded = observations.apply(EncodeObservations.with(served, Blobs.none()));
    none("Unencoded", encoded);
    AlignModalities align = AlignModalities.in(spec);
    var scenes = encoded.output().apply(way == WindowWay.BRAID ? align.withSlices() : align);
    none("Unaligned", scenes);
    return scenes.output();
  }

  private static void none(String name, WithFailures.Result<?, BadRecord> step) {
    step.failures().apply(name, ParDo.of(new Fail()));
  }

  private static long rows(PipelineResult result) {
    long rows = 0;
    for (var counter : query(result, EncodeObservations.class, "rows").getCounters()) {
      rows += counter.getAttempted();
    }
    return rows;
  }

  private static double sessions(PipelineResult result, Class<?> step) {
    double micros = 0;
    for (var time : query(result, step, "inferenceMicros").getDistributions()) {
      micros += time.getAttempted().getSum();
    }
    return micros / 1e6;
  }

  private static MetricQueryResults query(PipelineResult result, Class<?> step, String name) {
    return result
        .metrics()
        .queryMetrics(
            MetricsFilter.builder().addNameFilter(MetricNameFilter.named(step, name)).build());
  }
}
