package dev.braid.runners.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Engines;
import dev.braid.transforms.Collected;
import java.io.Serializable;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class LocalCheckpointsTest {
  @Test
  @Timeout(180)
  void aJobInThisJvmTakesACheckpointOfMoreThanFiveMegabytes() {
    Pipeline pipeline =
        Pipeline.create(
            Engines.options(
                new FlinkEngine(),
                PipelineOptions.class,
                List.of(
                    "--streaming=true",
                    "--parallelism=1",
                    "--checkpointingInterval=100",
                    "--shutdownSourcesAfterIdleMs=0")));
    Collected<Integer> kept =
        Collected.of(
            pipeline
                .apply(Read.from(new UntilACheckpoint()))
                .apply(ParDo.of(new KeepMegabytes()))
                .setCoder(VarIntCoder.of()));

    PipelineResult.State state = new FlinkEngine().run(pipeline).waitUntilFinish();

    assertThat(state).isEqualTo(PipelineResult.State.DONE);
    assertThat(kept.elements()).containsExactly(6 << 20);
  }

  private static final class KeepMegabytes extends DoFn<KV<Integer, Integer>, Integer> {
    private static final long serialVersionUID = 1L;

    @StateId("kept")
    private final StateSpec<ValueState<byte[]>> keptSpec = StateSpecs.value();

    @ProcessElement
    public void process(
        @Element KV<Integer, Integer> element,
        @StateId("kept") ValueState<byte[]> kept,
        OutputReceiver<Integer> out) {
      kept.write(new byte[element.getValue()]);
      out.output(element.getValue());
    }
  }

  /** One number, and then nothing until a checkpoint that knows of it is complete. */
  private static final class UntilACheckpoint
      extends UnboundedSource<KV<Integer, Integer>, UntilACheckpoint.Mark> {
    private static final long serialVersionUID = 1L;

    private static volatile boolean complete;

    record Mark(boolean given) implements CheckpointMark, Serializable {
      @Override
      public void finalizeCheckpoint() {
        complete |= given;
      }
    }

    @Override
    public List<UntilACheckpoint> split(int desired, PipelineOptions options) {
      return List.of(this);
    }

    @Override
    public UnboundedReader<KV<Integer, Integer>> createReader(PipelineOptions options, Mark mark) {
      return new Reader(this, mark != null && mark.given());
    }

    @Override
    public Coder<Mark> getCheckpointMarkCoder() {
      return SerializableCoder.of(Mark.class);
    }

    @Override
    public Coder<KV<Integer, Integer>> getOutputCoder() {
      return KvCoder.of(VarIntCoder.of(), VarIntCoder.of());
    }

    private static final class Reader extends UnboundedReader<KV<Integer, Integer>> {
      private final UntilACheckpoint source;
      private boolean given;

      Reader(UntilACheckpoint source, boolean given) {
        this.source = source;
        this.given = given;
      }

      @Override
      public boolean start() {
        return advance();
      }

      @Override
      public boolean advance() {
        boolean first = !given;
        given = true;
        return first;
      }

      @Override
      public KV<Integer, Integer> getCurrent() {
        if (!given) {
          throw new NoSuchElementException();
        }
        return KV.of(0, 6 << 20);
      }

      @Override
      public Instant getCurrentTimestamp() {
        return Instant.EPOCH;
      }

      @Override
      public Instant getWatermark() {
        return complete ? BoundedWindow.TIMESTAMP_MAX_VALUE : Instant.EPOCH;
      }

      @Override
      public Mark getCheckpointMark() {
        return new Mark(given);
      }

      @Override
      public UntilACheckpoint getCurrentSource() {
        return source;
      }

      @Override
      public void close() {}
    }
  }
}
