package dev.braid.runners.spark;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import org.apache.beam.runners.spark.metrics.MetricsAccumulator;
import org.apache.beam.runners.spark.translation.BoundedDataset;
import org.apache.beam.runners.spark.translation.EvaluationContext;
import org.apache.beam.runners.spark.translation.MultiDoFnFunction;
import org.apache.beam.runners.spark.translation.TransformEvaluator;
import org.apache.beam.runners.spark.translation.TransformTranslator;
import org.apache.beam.runners.spark.translation.TranslationUtils;
import org.apache.beam.sdk.options.ExperimentalOptions;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;
import org.apache.beam.sdk.util.construction.PTransformTranslation;
import org.apache.beam.sdk.util.construction.ParDoTranslation;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;

/**
 * Translates a step with several outputs, of a bounded pipeline, as Beam's Spark runner does, but
 * keeps the outputs in memory by the chunk ({@link KeptChunk}).
 *
 * <p>They are kept so that a step runs once although each output is read for itself. Beam has Spark
 * keep one element at a time, whose size Spark then estimates by walking through samples of all
 * that lies there, again and again: more work than a small model's.
 */
final class KeptOutputs<InputT, OutputT>
    implements TransformEvaluator<ParDo.MultiOutput<InputT, OutputT>> {
  private static final long serialVersionUID = 1L;

  private final TransformEvaluator<ParDo.MultiOutput<InputT, OutputT>> beams;

  private KeptOutputs(TransformEvaluator<ParDo.MultiOutput<InputT, OutputT>> beams) {
    this.beams = beams;
  }

  /** Puts this translation in place of Beam's, in this JVM; a second call does nothing. */
  @SuppressWarnings("unchecked") // What Beam has there.
  static synchronized void install() {
    try {
      // There is no other way to give the runner a translation.
      Field field = TransformTranslator.class.getDeclaredField("EVALUATORS");
      field.setAccessible(true);
      Map<String, TransformEvaluator<?>> evaluators =
          (Map<String, TransformEvaluator<?>>) field.get(null);
      evaluators.computeIfPresent(
          PTransformTranslation.PAR_DO_TRANSFORM_URN,
          (urn, translation) ->
              translation instanceof KeptOutputs
                  ? translation
                  : new KeptOutputs<>(
                      (TransformEvaluator<ParDo.MultiOutput<Object, Object>>) translation));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this is not the Beam that Braid was built with", e);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // The types that the pipeline was made with.
  public void evaluate(ParDo.MultiOutput<InputT, OutputT> transform, EvaluationContext context) {
    Map<TupleTag<?>, PCollection<?>> outputs = consumed(transform, context);
    if (outputs.size() < 2 || !isKeptAsObjects(transform, context)) {
      beams.evaluate(transform, context);
      return;
    }
    PCollection<InputT> input = (PCollection<InputT>) context.getInput(transform);
    JavaRDD<WindowedValue<InputT>> rows =
        ((BoundedDataset<InputT>) context.borrowDataset(transform)).getRDD();
    AppliedPTransform<?, ?, ?> applied = context.getCurrentTransform();
    JavaRDD<KeptChunk> kept =
        rows.mapPartitionsToPair(
                new MultiDoFnFunction<>(
                    MetricsAccumulator.getInstance(),
                    applied.getFullName(),
                    transform.getFn(),
                    context.getSerializableOptions(),
                    transform.getMainOutputTag(),
                    transform.getAdditionalOutputTags().getAll(),
                    input.getCoder(),
                    context.getOutputCoders(),
                    TranslationUtils.getSideInputs(
                        transform.getSideInputs().values(),
                        context.getSparkContext(),
                        context.getPViews()),
                    input.getWindowingStrategy(),
                    false,
                    ParDoTranslation.getSchemaInformation(applied),
                    ParDoTranslation.getSideInputMapping(applied),
                    false,
                    context.isStreamingSideInput()))
            .mapPartitions(KeptChunk::of)
            .persist(StorageLevel.MEMORY_ONLY());
    outputs.forEach(
        (tag, output) ->
            context.putDataset(output, dataset(kept.flatMap(chunk -> chunk.outputs(tag)))));
  }

  @Override
  public String toNativeString() {
    return beams.toNativeString();
  }

  /** The outputs that somebody reads. */
  private static Map<TupleTag<?>, PCollection<?>> consumed(
      ParDo.MultiOutput<?, ?> transform, EvaluationContext context) {
    Map<TupleTag<?>, PCollection<?>> consumed = new HashMap<>(context.getOutputs(transform));
    consumed
        .entrySet()
        .removeIf(
            output ->
                !output.getKey().equals(transform.getMainOutputTag())
                    && context.isLeaf(output.getValue()));
    return consumed;
  }

  /** Whether Beam would keep the outputs as they are, of a step that is like all of Braid's. */
  private static boolean isKeptAsObjects(
      ParDo.MultiOutput<?, ?> transform, EvaluationContext context) {
    DoFnSignature signature = DoFnSignatures.signatureForDoFn(transform.getFn());
    return StorageLevel.fromString(context.storageLevel()).equals(StorageLevel.MEMORY_ONLY())
        && signature.stateDeclarations().isEmpty()
        && signature.timerDeclarations().isEmpty()
        && signature.onWindowExpiration() == null
        && !signature.processElement().isSplittable()
        && !ExperimentalOptions.hasExperiment(
            context.getOptions(), "use_bounded_concurrent_output_for_sdf");
  }

  private static BoundedDataset<?> dataset(JavaRDD<WindowedValue<?>> values) {
    try {
      Constructor<?> made = BoundedDataset.class.getDeclaredConstructor(JavaRDD.class);
      made.setAccessible(true);
      return (BoundedDataset<?>) made.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this is not the Beam that Braid was built with", e);
    }
  }
}
