package dev.braid.bench;

import dev.braid.bench.baseline.BareLoop;
import dev.braid.bench.baseline.FlinkByHand;
import dev.braid.bench.baseline.RowByRow;
import dev.braid.bench.baseline.RowMaker;
import dev.braid.bundle.Bundle;
import dev.braid.observation.Blobs;
import dev.braid.observation.Observation;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.tensor.TensorRow;
import dev.braid.transforms.align.Scene;
import dev.braid.transforms.align.SceneCoder;
import dev.braid.transforms.featurize.EncodeObservations;
import dev.braid.transforms.fuse.FuseModalities;
import dev.braid.transforms.model.ServedBundle;
import dev.braid.transforms.observation.ObservationCoder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.values.PCollection;

/** Everything that is measured on one engine, in a process that does nothing else. */
final class MeasuredEngine {
  private static final int[] BATCHES = {32, 64, 128, 256};

  /** Rows of one run on an engine that may hold all of them, and their answers, in memory. */
  private static final double MOST = 500_000;

  /**
   * Seconds that the run of a stream has gone on before it counts. A job that was just started is
   * still being compiled; a stream's job is started once.
   */
  private static final double LEAD_IN = 10;

  /** Bundles of each thread in such a run. */
  private static final int SHARDS = 16;

  private final Engine engine;
  private final Net net;
  private final Path directory;
  private final Bundle bundle;
  private final int threads = Runtime.getRuntime().availableProcessors();
  private double guess;

  MeasuredEngine(Engine engine, Net net, Path directory) {
    this.engine = engine;
    this.net = net;
    this.directory = directory;
    this.bundle = Bundle.open(directory);
  }

  /**
   * Measures each system of this engine in turns, after a turn that only warms up.
   *
   * @param seconds of every run
   * @return for every system its rates, in rows per second
   */
  EngineRates measure(double seconds, double warmUp, int rounds) throws Exception {
    RowMaker<Object> maker = RowMaker.of(bundle, net.isFusion());
    List<Object> elements = Pool.rows(net);
    List<TensorRow> rows = elements.stream().map(maker::row).toList();
    try (BareLoop loop = new BareLoop(directory, bundle, net.isFusion(), rows)) {
      int batch = quickest(loop, warmUp);
      Map<String, Measured> systems = new LinkedHashMap<>();
      systems.put("limit", length -> bare(loop, batch, length));
      systems.put("braid", length -> pipeline(new Answer(), length));
      if (engine.name().equals("flink")) {
        systems.put("rowByRow", length -> pipeline(new OneByOne(), length));
        systems.put("flinkByHand", length -> byHand(batch, length));
      }
      for (Measured system : systems.values()) {
        system.rate(warmUp);
      }
      double featurizer = featurizer(maker, elements, warmUp);
      double generator = run(new Nothing(), warmUp).rate();
      EngineRates rates = new EngineRates(batch, generator, featurizer, new LinkedHashMap<>());
      for (int round = 0; round < rounds; round++) {
        for (Map.Entry<String, Measured> system : systems.entrySet()) {
          rates.add(system.getKey(), system.getValue().rate(seconds));
        }
      }
      return rates;
    }
  }

  /** One system: its rate over so many seconds. */
  private interface Measured {
    double rate(double seconds) throws Exception;
  }

  /** What stands between the generator and the counter. */
  private interface Step {
    PCollection<?> apply(PCollection<?> rows);
  }

  private int quickest(BareLoop loop, double seconds) throws InterruptedException {
    int quickest = 0;
    for (int batch : BATCHES) {
      double rate = bare(loop, batch, seconds / BATCHES.length);
      // A little more speed is not worth four times the delay.
      if (quickest == 0 || rate > 1.03 * guess) {
        quickest = batch;
        guess = rate;
      }
    }
    return quickest;
  }

  private double bare(BareLoop loop, int batch, double seconds) throws InterruptedException {
    Meter meter = Meter.start(seconds);
    loop.run(threads, batch, meter::isOver, meter::add);
    return meter.rate();
  }

  private double featurizer(RowMaker<Object> maker, List<Object> elements, double seconds) {
    Meter meter = Meter.start(seconds);
    while (!meter.isOver()) {
      for (Object element : elements) {
        maker.row(element);
      }
      meter.add(elements.size());
    }
    return meter.rate();
  }

  /** As many runs as it takes to make up the time: an engine may have all rows of a run at once. */
  private double pipeline(Step step, double seconds) {
    long rows = 0;
    double took = 0;
    // What is left of the time is made up for unless a run would be over before it has begun.
    while (took < 0.8 * seconds) {
      Meter meter = run(step, seconds - took);
      rows += meter.rows();
      took += meter.seconds();
    }
    return rows / took;
  }

  private Meter run(Step step, double seconds) {
    boolean streaming = engine.name().equals("flink");
    Pipeline pipeline =
        Pipeline.create(
            Engines.options(
                engine,
                PipelineOptions.class,
                // What runs there for weeks are streams.
                streaming
                    ? List.of("--streaming=true", "--shutdownSourcesAfterIdleMs=0")
                    : List.of()));
    double rows = streaming ? Long.MAX_VALUE : Math.min(MOST, guess * seconds);
    int shards = streaming ? threads : SHARDS * threads;
    long blocks = (long) Math.max(1, rows / net.distinctRows() / shards);
    PCollection<Integer> read = pipeline.apply("Read", Read.from(new BlockSource(shards, blocks)));
    if (streaming) {
      // One subtask may read all shards. What is under way when the time is over is dropped.
      read = read.apply("Spread", Reshuffle.viaRandomKey());
    }
    PCollection<?> out =
        step.apply(
            read.apply("Generate", ParDo.of(new Unfold<>(net, streaming))).setCoder(coder(net)));
    out.apply("Count", ParDo.of(new CountRows<>()));
    Meter meter = streaming ? Meter.start(LEAD_IN, seconds) : Meter.start(seconds);
    PipelineResult.State state = engine.run(pipeline).waitUntilFinish();
    if (state != PipelineResult.State.DONE) {
      throw new IllegalStateException("the run on " + engine.name() + " ended " + state);
    }
    return meter;
  }

  @SuppressWarnings("unchecked") // Type tokens of what the pool holds.
  private double byHand(int batch, double seconds) throws Exception {
    Meter meter = Meter.start(LEAD_IN, seconds);
    Class<Object> type =
        (Class<Object>) (Class<?>) (net.isFusion() ? Scene.class : Observation.class);
    FlinkByHand.run(directory, net.isFusion(), type, new PoolLoad(net), threads, batch);
    return meter.rate();
  }

  @SuppressWarnings("unchecked") // The rows are what the net takes.
  private static Coder<Object> coder(Net net) {
    return (Coder<Object>) (Coder<?>) (net.isFusion() ? SceneCoder.of() : ObservationCoder.of());
  }

  /** Counts at the source: that the generator is not what is measured. */
  private static final class Nothing implements Step {
    @Override
    public PCollection<?> apply(PCollection<?> rows) {
      return rows;
    }
  }

  private final class OneByOne implements Step {
    @Override
    public PCollection<?> apply(PCollection<?> rows) {
      return rows.apply("Infer", ParDo.of(new RowByRow<>(directory, net.isFusion())));
    }
  }

  /** The product. */
  private final class Answer implements Step {
    @Override
    @SuppressWarnings("unchecked") // The generator makes what the net takes.
    public PCollection<?> apply(PCollection<?> rows) {
      ServedBundle served = ServedBundle.of(directory, bundle);
      WithFailures.Result<? extends PCollection<?>, BadRecord> result =
          net.isFusion()
              ? ((PCollection<Scene>) rows).apply(FuseModalities.with(served))
              : ((PCollection<Observation>) rows)
                  .apply(EncodeObservations.with(served, Blobs.none()));
      result.failures().apply("None", ParDo.of(new Fail()));
      return result.output();
    }
  }

  private static final class PoolLoad implements FlinkByHand.Load<Object> {
    private static final long serialVersionUID = 1L;

    private final Net net;

    PoolLoad(Net net) {
      this.net = net;
    }

    @Override
    public Object row(long index) {
      List<Object> rows = Pool.rows(net);
      return rows.get((int) (index % rows.size()));
    }

    @Override
    public boolean isOver() {
      return Meter.current().isOver();
    }

    @Override
    public void answered(int rows) {
      Meter.current().add(rows);
    }
  }
}
