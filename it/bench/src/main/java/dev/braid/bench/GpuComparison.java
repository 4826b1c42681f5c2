package dev.braid.bench;

import dev.braid.bench.baseline.BareLoop;
import dev.braid.bench.baseline.OnnxSession;
import dev.braid.bench.baseline.RowMaker;
import dev.braid.bench.baseline.SideBySide;
import dev.braid.bundle.Bundle;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.pipelines.bench.Directories;
import dev.braid.pipelines.bench.Spread;
import dev.braid.serving.CallObserver;
import dev.braid.serving.DeviceUnavailableException;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.serving.ServingOptions;
import dev.braid.serving.ServingOptions.Joining;
import dev.braid.tensor.TensorRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A device beside the CPU: rows of a call, a limit of memory, one session against several, and
 * calls of several threads that are joined or not.
 */
final class GpuComparison {
  private static final int[] BATCHES = {1, 8, 32, 64, 128, 256, 512, 1024};
  private static final int[] THREADS = {1, 2, 4, 8};

  /** What a step hands over when its bundles are small. */
  private static final int FEW_ROWS = 8;

  private static final int MANY_ROWS = 64;
  private static final int SESSIONS = 4;
  private static final long MIB = 1024 * 1024;
  private static final long[] LIMITS = {16 * MIB, 64 * MIB, 256 * MIB, Long.MAX_VALUE};

  private final Plan plan;
  private final Net net;
  private final Path directory;
  private final Bundle bundle;
  private final List<TensorRow> rows;
  private final List<Row> measured = new ArrayList<>();

  /**
   * What to measure.
   *
   * @param device {@code cuda}, {@code cuda:N}, or {@code cpu}, which is held to itself
   * @param seconds of every run
   */
  record Plan(String device, List<Net> nets, double seconds, double warmUp, int rounds) {
    /** The number of the CUDA device. */
    int gpu() {
      if (device.equals("cpu")) {
        return OnnxSession.NO_GPU;
      }
      return device.indexOf(':') < 0 ? 0 : Integer.parseInt(device.substring(5));
    }
  }

  /**
   * One setting.
   *
   * @param part {@code batch} and {@code sessions} are bare loops around ONNX Runtime, {@code
   *     threads} and {@code memory} are the product's server
   * @param rowsPerCall rows that a thread hands over at once
   * @param joined whether the calls of several threads are joined
   * @param maxDeviceBytes the limit of the device's memory; null if there is none
   * @param rowsPerSecond over the rounds; null if the setting was refused
   * @param rowsPerRun mean rows of a run of the session
   * @param splits batches that were cut in two, because they did not fit
   * @param refused why the setting could not be opened; null if it could
   */
  record Row(
      String net,
      String part,
      String device,
      int rowsPerCall,
      int threads,
      int sessions,
      boolean joined,
      @Nullable Long maxDeviceBytes,
      @Nullable Spread rowsPerSecond,
      double rowsPerRun,
      long splits,
      @Nullable String refused) {}

  /**
   * What came of it.
   *
   * @param refused why nothing was measured; null if all was
   */
  record Result(List<Row> rows, @Nullable String refused) {}

  /** One setting that can be run: rows per second over so many seconds. */
  private interface Loop {
    double rate(double seconds) throws InterruptedException;
  }

  private GpuComparison(Plan plan, Net net, Path directory, Bundle bundle) {
    this.plan = plan;
    this.net = net;
    this.directory = directory;
    this.bundle = bundle;
    RowMaker<Object> maker = RowMaker.of(bundle, net.isFusion());
    this.rows = Pool.rows(net).stream().map(maker::row).toList();
  }

  /**
   * Measures, where the device can be opened.
   *
   * @param progress hears what begins
   */
  static Result measure(Plan plan, Consumer<String> progress)
      throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>();
    for (Net net : plan.nets()) {
      Path directory = Files.createTempDirectory("braid-bench");
      try {
        Bundle bundle = BenchBundle.write(directory, net, false);
        GpuComparison comparison = new GpuComparison(plan, net, directory, bundle);
        String refused = comparison.refusal();
        if (refused != null) {
          return new Result(List.of(), refused);
        }
        String name = net.name().toLowerCase(Locale.ROOT);
        progress.accept(name + ", rows of a call");
        comparison.batches();
        progress.accept(name + ", threads, joined and not");
        comparison.threads();
        progress.accept(name + ", one session and several");
        comparison.sessions();
        progress.accept(name + ", limits of memory");
        comparison.limits();
        rows.addAll(comparison.measured);
      } finally {
        Directories.delete(directory);
      }
    }
    return new Result(rows, null);
  }

  private @Nullable String refusal() {
    try (ModelServer.Lease lease = ModelServer.lease(directory, options())) {
      lease.server();
      return null;
    } catch (DeviceUnavailableException e) {
      return e.getMessage();
    }
  }

  private ServingOptions options() {
    return ServingOptions.defaults().withDevice(plan.device());
  }

  private void batches() throws InterruptedException {
    try (BareLoop cpu = bare(OnnxSession.NO_GPU, 1);
        BareLoop other = bare(plan.gpu(), 1)) {
      Map<Row, Loop> loops = new LinkedHashMap<>();
      for (int batch : BATCHES) {
        loops.put(row("batch", "cpu", batch, 1, 1, false), run(cpu, 1, batch));
      }
      for (int batch : BATCHES) {
        // The CPU held to itself is one setting, not two.
        if (!plan.device().equals("cpu")) {
          loops.put(row("batch", plan.device(), batch, 1, 1, false), run(other, 1, batch));
        }
      }
      inTurns(loops);
    }
  }

  private void sessions() throws InterruptedException {
    try (BareLoop one = bare(plan.gpu(), 1);
        BareLoop several = bare(plan.gpu(), SESSIONS)) {
      Map<Row, Loop> loops = new LinkedHashMap<>();
      loops.put(
          row("sessions", plan.device(), MANY_ROWS, SESSIONS, 1, false),
          run(one, SESSIONS, MANY_ROWS));
      loops.put(
          row("sessions", plan.device(), MANY_ROWS, SESSIONS, SESSIONS, false),
          run(several, SESSIONS, MANY_ROWS));
      inTurns(loops);
    }
  }

  private BareLoop bare(int gpu, int sessions) {
    return new BareLoop(directory, bundle, net.isFusion(), rows, gpu, sessions);
  }

  private static Loop run(BareLoop loop, int threads, int batch) {
    return seconds -> {
      Meter meter = Meter.start(seconds);
      loop.run(threads, batch, meter::isOver, meter::add);
      return meter.rate();
    };
  }

  private void threads() throws InterruptedException {
    try (ModelServer.Lease alone =
            ModelServer.lease(directory, options().withJoining(Joining.NEVER));
        ModelServer.Lease joined =
            ModelServer.lease(directory, options().withJoining(Joining.ALWAYS))) {
      Map<Row, Loop> loops = new LinkedHashMap<>();
      for (int rowsPerCall : new int[] {FEW_ROWS, MANY_ROWS}) {
        for (int threads : THREADS) {
          loops.put(
              row("threads", plan.device(), rowsPerCall, threads, 1, false),
              new Served(alone.server(), rowsPerCall, threads));
          loops.put(
              row("threads", plan.device(), rowsPerCall, threads, 1, true),
              new Served(joined.server(), rowsPerCall, threads));
        }
      }
      inTurns(loops);
    }
  }

  /** One after the other: what is open takes memory. */
  private void limits() throws InterruptedException {
    for (long limit : LIMITS) {
      Row row =
          new Row(
              name(),
              "memory",
              plan.device(),
              MANY_ROWS,
              SESSIONS,
              1,
              true,
              limit == Long.MAX_VALUE ? null : limit,
              null,
              0,
              0,
              null);
      try (ModelServer.Lease lease =
          ModelServer.lease(
              directory, options().withJoining(Joining.ALWAYS).withMaxDeviceBytes(limit))) {
        Map<Row, Loop> loops = new LinkedHashMap<>();
        loops.put(row, new Served(lease.server(), MANY_ROWS, SESSIONS));
        inTurns(loops);
      } catch (DeviceUnavailableException | InvalidBundleException e) {
        // The model itself, or its golden rows, do not fit.
        measured.add(with(row, null, 0, 0, e.getMessage()));
      }
    }
  }

  private void inTurns(Map<Row, Loop> loops) throws InterruptedException {
    Map<Row, List<Double>> rates = new LinkedHashMap<>();
    for (Map.Entry<Row, Loop> loop : loops.entrySet()) {
      loop.getValue().rate(plan.warmUp());
    }
    for (int round = 0; round < plan.rounds(); round++) {
      for (Map.Entry<Row, Loop> loop : loops.entrySet()) {
        rates
            .computeIfAbsent(loop.getKey(), row -> new ArrayList<>())
            .add(loop.getValue().rate(plan.seconds()));
      }
    }
    rates.forEach(
        (row, values) -> {
          Spread spread = Spread.of(values);
          measured.add(
              loops.get(row) instanceof Served served
                  ? with(row, spread, served.rowsPerRun(), served.splits.sum(), null)
                  : with(row, spread, row.rowsPerCall(), 0, null));
        });
  }

  private String name() {
    return net.name().toLowerCase(Locale.ROOT);
  }

  private Row row(
      String part, String device, int rowsPerCall, int threads, int sessions, boolean joined) {
    return new Row(
        name(), part, device, rowsPerCall, threads, sessions, joined, null, null, 0, 0, null);
  }

  private static Row with(
      Row row, @Nullable Spread rate, double rowsPerRun, long splits, @Nullable String refused) {
    return new Row(
        row.net(),
        row.part(),
        row.device(),
        row.rowsPerCall(),
        row.threads(),
        row.sessions(),
        row.joined(),
        row.maxDeviceBytes(),
        rate,
        rowsPerRun,
        splits,
        refused);
  }

  /** Threads that hand rows to the product's server, a few at a time. */
  private final class Served implements Loop, CallObserver {
    private final ModelServer server;
    private final int rowsPerCall;
    private final int threads;
    private final LongAdder runs = new LongAdder();
    private final LongAdder ran = new LongAdder();
    private final LongAdder splits = new LongAdder();

    Served(ModelServer server, int rowsPerCall, int threads) {
      this.server = server;
      this.rowsPerCall = rowsPerCall;
      this.threads = threads;
    }

    @Override
    public double rate(double seconds) throws InterruptedException {
      Meter meter = Meter.start(seconds);
      SideBySide.run(threads, thread -> ask(meter, thread));
      return meter.rate();
    }

    private void ask(Meter meter, int thread) {
      int at = thread * rows.size() / threads;
      while (!meter.isOver()) {
        List<TensorRow> call = new ArrayList<>(rowsPerCall);
        for (int i = 0; i < rowsPerCall; i++) {
          call.add(rows.get(at));
          at = at + 1 == rows.size() ? 0 : at + 1;
        }
        List<? extends RowResult<?>> results =
            net.isFusion() ? server.fuse(call, this) : server.encode("m0", call, this);
        for (RowResult<?> result : results) {
          if (result instanceof RowResult.Failed<?> failed) {
            throw new IllegalStateException(failed.reason());
          }
        }
        meter.add(results.size());
      }
    }

    double rowsPerRun() {
      return (double) ran.sum() / runs.sum();
    }

    @Override
    public void ran(int batch, long elements, long padding, long nanos) {
      runs.increment();
      ran.add(batch);
    }

    @Override
    public void split(int batch) {
      splits.increment();
    }
  }
}
