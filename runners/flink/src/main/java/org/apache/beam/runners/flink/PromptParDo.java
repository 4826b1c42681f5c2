package org.apache.beam.runners.flink;

import dev.braid.runners.flink.PromptDoFnOperator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.Map;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.runners.flink.FlinkStreamingPipelineTranslator.StreamTransformTranslator;
import org.apache.beam.runners.flink.FlinkStreamingTransformTranslators.ParDoTranslationHelper;
import org.apache.beam.runners.flink.translation.wrappers.streaming.DoFnOperator.MultiOutputOutputManagerFactory;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.util.construction.PTransformTranslation;
import org.apache.beam.sdk.util.construction.ParDoTranslation;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;

/** Makes a {@link PromptDoFnOperator} of every step of a stream. */
public final class PromptParDo<InputT, OutputT>
    extends StreamTransformTranslator<PTransform<PCollection<InputT>, PCollectionTuple>> {
  /** In milliseconds; Flink's own is 100. */
  private static final long BUFFER_TIMEOUT = 5;

  private PromptParDo() {}

  /**
   * Lets it translate all pipelines of this JVM from now on.
   *
   * @throws IllegalStateException if this version of Beam keeps its translators elsewhere
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // As they are kept.
  public static synchronized void install() {
    try {
      Field translators = FlinkStreamingTransformTranslators.class.getDeclaredField("TRANSLATORS");
      translators.setAccessible(true);
      ((Map<String, StreamTransformTranslator>) translators.get(null))
          .put(PTransformTranslation.PAR_DO_TRANSFORM_URN, new PromptParDo<>());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this version of Beam translates steps in another way", e);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // A transform's parts have the types of its input and output.
  void translateNode(
      PTransform<PCollection<InputT>, PCollectionTuple> transform,
      FlinkStreamingTranslationContext context) {
    if (context.getPipelineOptions().as(FlinkPipelineOptions.class).getFlinkConfDir() == null) {
      context.getExecutionEnvironment().setBufferTimeout(BUFFER_TIMEOUT);
    }
    AppliedPTransform<?, ?, ?> step = context.getCurrentTransform();
    try {
      DoFn<InputT, OutputT> doFn = (DoFn<InputT, OutputT>) ParDoTranslation.getDoFn(step);
      ParDoTranslationHelper.translateParDo(
          step.getFullName(),
          doFn,
          context.getInput(transform),
          ParDoTranslation.getSideInputs(step),
          context.getOutputs(transform),
          (TupleTag<OutputT>) ParDoTranslation.getMainOutputTag(step),
          ParDoTranslation.getAdditionalOutputTags(step).getAll(),
          ParDoTranslation.getSchemaInformation(step),
          ParDoTranslation.getSideInputMapping(step),
          context,
          (fn,
              name,
              sideInputs,
              mainOutput,
              additionalOutputs,
              same,
              windowing,
              outputTags,
              outputCoders,
              outputIds,
              inputCoder,
              coders,
              keyCoder,
              key,
              sideInputTags,
              schema,
              sideInputNames) ->
              new PromptDoFnOperator<>(
                  fn,
                  name,
                  inputCoder,
                  coders,
                  mainOutput,
                  additionalOutputs,
                  new MultiOutputOutputManagerFactory<>(
                      mainOutput,
                      outputTags,
                      outputCoders,
                      outputIds,
                      new SerializablePipelineOptions(context.getPipelineOptions())),
                  windowing,
                  sideInputTags,
                  sideInputs,
                  context.getPipelineOptions(),
                  keyCoder,
                  key,
                  schema,
                  sideInputNames));
    } catch (IOException e) {
      throw new UncheckedIOException("step " + step.getFullName() + " cannot be translated", e);
    }
  }
}
