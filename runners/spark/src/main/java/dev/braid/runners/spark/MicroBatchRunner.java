package dev.braid.runners.spark;

import dev.braid.pipelines.engine.SubmissionException;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.runners.spark.SparkRunner;
import org.apache.beam.runners.spark.SparkTransformOverrides;
import org.apache.beam.runners.spark.metrics.MetricsAccumulator;
import org.apache.beam.runners.spark.metrics.SparkBeamMetricSource;
import org.apache.beam.runners.spark.translation.streaming.SparkRunnerStreamingContextFactory;
import org.apache.beam.runners.spark.util.GlobalWatermarkHolder;
import org.apache.beam.runners.spark.util.GlobalWatermarkHolder.WatermarkAdvancingStreamingListener;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineRunner;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsValidator;
import org.apache.beam.sdk.util.construction.SplittableParDo;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.api.java.JavaStreamingListenerWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beam's Spark runner for unbounded pipelines, made exact. The translation is Beam's; around it one
 * reader reads all partitions ({@link ReadWhole}), batches go one after the other ({@link
 * BatchOrder}), each as one job ({@link BatchInOneJob}), and what was read is written down before
 * it is worked on ({@link CheckpointIntervals}).
 */
public final class MicroBatchRunner extends PipelineRunner<MicroBatchResult> {
  private static final Logger LOG = LoggerFactory.getLogger(MicroBatchRunner.class);

  private final SparkPipelineOptions options;

  private MicroBatchRunner(SparkPipelineOptions options) {
    this.options = options;
  }

  /** Called by Beam, by name. */
  public static MicroBatchRunner fromOptions(PipelineOptions options) {
    return new MicroBatchRunner(
        PipelineOptionsValidator.validate(SparkPipelineOptions.class, options));
  }

  @Override
  public MicroBatchResult run(Pipeline pipeline) {
    if (new SparkConf().getBoolean("spark.speculation", false)) {
      throw new SubmissionException(
          "spark.speculation must be off for a stream: two attempts at one read take different"
              + " records");
    }
    CheckpointedRun run = CheckpointedRun.of(options);
    run.refuseAnother();
    options.setStreaming(true);
    long stateMillis = options.getCheckpointDurationMillis();
    // Beam takes this option for the age of a watermark, too; the intervals are set below.
    options.setCheckpointDurationMillis(2 * BatchOrder.WATERMARK_AGE_MILLIS);

    System.setProperty(BatchClock.PROPERTY, BatchClock.class.getName());

    ReadWhole.replaceIn(pipeline);
    SplittableParDo.convertReadBasedSplittableDoFnsToPrimitiveReadsIfNecessary(pipeline);
    pipeline.replaceAll(SparkTransformOverrides.getDefaultOverrides(true));

    MetricsEnvironment.setMetricsSupported(true);
    // What an earlier run in this JVM has left.
    GlobalWatermarkHolder.clear();
    MetricsAccumulator.clear();

    SparkRunnerStreamingContextFactory translation =
        new SparkRunnerStreamingContextFactory(pipeline, options, run.directory());
    JavaStreamingContext context =
        JavaStreamingContext.getOrCreate(
            run.directory().getSparkCheckpointDir().toString(),
            () -> {
              JavaStreamingContext made = translation.call();
              CheckpointIntervals.set(
                  made.ssc().graph(), new Duration(options.getBatchIntervalMillis()), stateMillis);
              BatchInOneJob.join(made.ssc());
              run.write();
              return made;
            });
    if (context.ssc().isCheckpointPresent()) {
      LOG.info("goes on with the run in {}", options.getCheckpointDir());
    }
    SparkRunner.initAccumulators(options, context.sparkContext());
    if (options.getEnableSparkMetricSinks()) {
      showMetrics();
    }
    context.addStreamingListener(
        new JavaStreamingListenerWrapper(
            new MetricsAccumulator.AccumulatorCheckpointingSparkListener()));
    context.addStreamingListener(
        new JavaStreamingListenerWrapper(new WatermarkAdvancingStreamingListener()));
    return MicroBatchResult.start(context, BatchOrder.of(context));
  }

  /**
   * Hands the metrics to the sinks that Spark is configured with, as Beam does with its own runs.
   */
  private void showMetrics() {
    MetricsSystem sinks = SparkEnv.get().metricsSystem();
    Source metrics = new SparkBeamMetricSource(options.getAppName() + ".Beam");
    // What an earlier run with the same context has left.
    sinks.removeSource(metrics);
    sinks.registerSource(metrics);
  }
}
