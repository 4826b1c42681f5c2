package dev.braid.bench.baseline;

import dev.braid.bundle.Bundle;
import dev.braid.tensor.TensorRow;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.SinkFunction;
import org.apache.flink.streaming.api.functions.source.RichParallelSourceFunction;
import org.apache.flink.util.Collector;

/**
 * A good Flink job of somebody who knows ONNX Runtime: everything chained, objects reused, one
 * static session, batches by count in direct buffers. It may leave the last batch unanswered, has
 * no dead letters, and knows no event time.
 */
public final class FlinkByHand {
  private static final Map<String, OnnxSession> SESSIONS = new ConcurrentHashMap<>();

  /** Where rows come from, and who counts them; found by the job in its JVM. */
  public interface Load<T> extends java.io.Serializable {
    /** A row, from 0 on. */
    T row(long index);

    boolean isOver();

    /** Hears how many rows were answered. */
    void answered(int rows);
  }

  private FlinkByHand() {}

  /** Runs the job until its load is over. */
  public static <T> void run(
      Path bundle, boolean fusion, Class<T> type, Load<T> load, int threads, int batchRows)
      throws Exception {
    StreamExecutionEnvironment flink = StreamExecutionEnvironment.createLocalEnvironment(threads);
    flink.getConfig().enableObjectReuse();
    flink
        .addSource(new Source<>(load), TypeInformation.of(type))
        .flatMap(new Infer<>(bundle.toString(), fusion, batchRows))
        .returns(TypeInformation.of(float[].class))
        .addSink(new Count(load));
    try {
      flink.execute("by hand");
    } finally {
      OnnxSession session = SESSIONS.remove(bundle.toString());
      if (session != null) {
        session.close();
      }
    }
  }

  private static final class Source<T> extends RichParallelSourceFunction<T> {
    private static final long serialVersionUID = 1L;
    private static final int LOOK = 64;

    private final Load<T> load;
    private volatile boolean cancelled;

    Source(Load<T> load) {
      this.load = load;
    }

    @Override
    public void run(SourceContext<T> context) {
      for (long i = 0; !cancelled && (i % LOOK != 0 || !load.isOver()); i++) {
        synchronized (context.getCheckpointLock()) {
          context.collect(load.row(i));
        }
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private static final class Infer<T> extends RichFlatMapFunction<T, float[]> {
    private static final long serialVersionUID = 1L;

    private final String directory;
    private final boolean fusion;
    private final int batchRows;
    private transient RowMaker<T> maker;
    private transient OnnxSession.Batch batch;

    Infer(String directory, boolean fusion, int batchRows) {
      this.directory = directory;
      this.fusion = fusion;
      this.batchRows = batchRows;
    }

    @Override
    public void open(Configuration parameters) {
      Path path = Path.of(directory);
      Bundle bundle = Bundle.open(path);
      maker = RowMaker.of(bundle, fusion);
      batch =
          SESSIONS
              .computeIfAbsent(
                  directory, d -> new OnnxSession(path, RowMaker.model(bundle, fusion)))
              .batch(batchRows);
    }

    @Override
    public void flatMap(T element, Collector<float[]> out) {
      TensorRow row = maker.row(element);
      if (batch.add(row)) {
        for (float[][] answer : batch.run()) {
          out.collect(answer[0]);
        }
      }
    }
  }

  private static final class Count implements SinkFunction<float[]> {
    private static final long serialVersionUID = 1L;
    private static final int LOOK = 64;

    private final Load<?> load;
    private int rows;

    Count(Load<?> load) {
      this.load = load;
    }

    @Override
    public void invoke(float[] answer, Context context) {
      rows++;
      if (rows == LOOK) {
        load.answered(rows);
        rows = 0;
      }
    }
  }
}
