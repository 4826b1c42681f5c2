package dev.braid.runners.flink;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.DoFnRunner;
import org.apache.beam.runners.core.StepContext;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.translation.wrappers.streaming.DoFnOperator;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFnSchemaInformation;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.beam.sdk.values.WindowingStrategy;
import org.apache.flink.api.java.functions.KeySelector;
import org.jspecify.annotations.Nullable;

/**
 * A step that ends its bundle when event time goes on, and then says so. Beam's own keeps the
 * watermark to itself while a bundle is open, and in a stream that never pauses one always is. It
 * also knows where its metrics are, which Beam's looks up for each element.
 *
 * <p>Used by one thread, as every operator of Flink.
 */
public final class PromptDoFnOperator<InputT, OutputT>
    extends DoFnOperator<InputT, InputT, OutputT> {
  private static final long serialVersionUID = 1L;

  private final boolean prompt;
  private final boolean knowsItsMetrics;
  private transient @Nullable MeasuredDoFnRunner<InputT, OutputT> measured;

  /** Takes what Beam's own operator does. */
  public PromptDoFnOperator(
      DoFn<InputT, OutputT> doFn,
      String stepName,
      Coder<WindowedValue<InputT>> inputCoder,
      Map<TupleTag<?>, Coder<?>> outputCoders,
      TupleTag<OutputT> mainOutput,
      List<TupleTag<?>> additionalOutputs,
      MultiOutputOutputManagerFactory<OutputT> outputs,
      WindowingStrategy<?, ?> windowing,
      Map<Integer, PCollectionView<?>> sideInputTags,
      Collection<PCollectionView<?>> sideInputs,
      PipelineOptions options,
      @Nullable Coder<?> keyCoder,
      @Nullable KeySelector<WindowedValue<InputT>, ?> key,
      DoFnSchemaInformation schema,
      Map<String, PCollectionView<?>> sideInputNames) {
    super(
        doFn,
        stepName,
        inputCoder,
        outputCoders,
        mainOutput,
        additionalOutputs,
        outputs,
        windowing,
        sideInputTags,
        sideInputs,
        options,
        keyCoder,
        key,
        schema,
        sideInputNames);
    // Steps that ask for stable input end their bundles with checkpoints.
    DoFnSignature.ProcessElementMethod process =
        DoFnSignatures.signatureForDoFn(doFn).processElement();
    this.prompt = process == null || !process.requiresStableInput();
    // Beam asks the runner of a step with a key for what it keeps in the state.
    this.knowsItsMetrics =
        prompt && keyCoder == null && !options.as(FlinkPipelineOptions.class).getDisableMetrics();
  }

  @Override
  protected DoFnRunner<InputT, OutputT> createWrappingDoFnRunner(
      DoFnRunner<InputT, OutputT> wrapped, StepContext context) {
    DoFnRunner<InputT, OutputT> runner = super.createWrappingDoFnRunner(wrapped, context);
    if (!knowsItsMetrics) {
      return runner;
    }
    measured = new MeasuredDoFnRunner<>(runner);
    return measured;
  }

  @Override
  public void open() throws Exception {
    super.open();
    if (measured != null) {
      // For elements alone: bundles and timers still go through Beam's, which publishes metrics.
      doFnRunner = measured;
    }
  }

  /** Called before a watermark is sent on, when timers that it lets fire have fired. */
  @Override
  public long applyOutputWatermarkHold(long current, long potential) {
    if (prompt && potential > current) {
      invokeFinishBundle();
    }
    return potential;
  }
}
