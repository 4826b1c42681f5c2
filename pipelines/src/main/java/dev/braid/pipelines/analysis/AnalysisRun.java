package dev.braid.pipelines.analysis;

import dev.braid.bundle.Bundle;
import dev.braid.observation.Blobs;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Need;
import dev.braid.pipelines.io.ObservationFiles;
import dev.braid.pipelines.io.ReadObservations;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.pipelines.io.ResultFormat;
import dev.braid.pipelines.io.Rolling;
import dev.braid.pipelines.io.WritePredictions;
import dev.braid.pipelines.io.kafka.PublishDeadLetters;
import dev.braid.pipelines.io.kafka.PublishPredictions;
import dev.braid.pipelines.io.postgres.UpsertPredictions;
import dev.braid.spec.Spec;
import dev.braid.transforms.align.AlignModalities;
import dev.braid.transforms.featurize.EncodeObservations;
import dev.braid.transforms.fuse.FuseModalities;
import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.observation.ParseObservations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.errorhandling.ErrorHandler.BadRecordErrorHandler;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.jspecify.annotations.Nullable;

/**
 * One bounded run of the analysis, from a directory of observations to predictions and dead
 * letters.
 *
 * @param bundle the directory of the bundle
 * @param input the directory of the observations, see {@link ObservationFiles}
 * @param predictions where predictions go; a directory is made if it is not there
 * @param deadLetters where dead letters go, files or a topic
 * @param overwrite whether results of an earlier run in a directory may be replaced
 * @param spec the file of a spec whose windows take the place of the bundle's; null for those
 * @param serving how the workers serve the bundle
 */
public record AnalysisRun(
    Path bundle,
    Path input,
    Destination predictions,
    Destination deadLetters,
    boolean overwrite,
    @Nullable Path spec,
    Serving serving) {

  public AnalysisRun {
    Destinations.checkDeadLetters(deadLetters);
    if (predictions instanceof Destination.Topic topic && topic.transactional()) {
      throw new IllegalArgumentException(
          "transactions end with the checkpoints of a stream; the input is a directory");
    }
  }

  /** In the windows of the bundle, on the CPU. */
  public AnalysisRun(
      Path bundle,
      Path input,
      Destination predictions,
      Destination deadLetters,
      boolean overwrite) {
    this(bundle, input, predictions, deadLetters, overwrite, null, Serving.defaults());
  }

  /** A run that leaves predictions and dead letters in one directory. */
  public AnalysisRun(Path bundle, Path input, Path output, boolean overwrite) {
    this(bundle, input, new Destination.Files(output), new Destination.Files(output), overwrite);
  }

  /** The same run in the windows of the spec in {@code file}; null for those of the bundle. */
  public AnalysisRun withSpec(@Nullable Path file) {
    return new AnalysisRun(bundle, input, predictions, deadLetters, overwrite, file, serving);
  }

  /** The same run with its bundle served in another way. */
  public AnalysisRun withServing(Serving way) {
    return new AnalysisRun(bundle, input, predictions, deadLetters, overwrite, spec, way);
  }

  /**
   * Why {@code engine} does not take this run, one line for each reason; none if it does.
   *
   * @throws dev.braid.bundle.InvalidBundleException if the bundle must not be served
   * @throws dev.braid.spec.InvalidSpecException if the spec is not valid or not the bundle's
   */
  public List<String> refusals(Engine engine) {
    return Need.refused(needs(AskedSpec.of(Bundle.open(bundle), spec)), engine);
  }

  private static List<Need> needs(Spec asked) {
    return Need.of(asked, false);
  }

  /**
   * Checks everything that can be checked before a launch and runs to the end. Directories show
   * results only if all went well; topics and tables are written to meanwhile.
   *
   * @param options made by {@link dev.braid.pipelines.engine.Engines#options} for {@code engine}
   * @throws dev.braid.bundle.InvalidBundleException if the bundle must not be served
   * @throws dev.braid.dataset.InvalidDatasetException if there is nothing to read
   * @throws dev.braid.pipelines.io.DestinationException if topics or tables are not as they must be
   * @throws dev.braid.spec.InvalidSpecException if the spec is not valid or not the bundle's
   * @throws AnalysisException if the engine cannot do this run exactly, the output cannot be
   *     written or the run fails
   */
  public AnalysisReport run(Engine engine, PipelineOptions options) {
    Bundle opened = Bundle.open(bundle);
    Spec asked = AskedSpec.of(opened, spec);
    AskedSpec.check(engine, needs(asked));
    ObservationFiles files = ObservationFiles.below(input);
    checkApart(files, predictions);
    checkApart(files, deadLetters);
    Destinations.prepare(predictions);
    Destinations.prepare(deadLetters);
    try (StagedResults results = StagedResults.prepare(predictions, deadLetters, overwrite)) {
      Destination answers = results.predictions(predictions);
      Destination letters = results.deadLetters(deadLetters);
      PipelineResult result =
          FinishedRun.of(
              engine,
              pipeline(options, opened, asked, files, answers, letters),
              predictions.toString(),
              predictions instanceof Destination.Files);
      AnalysisReport report = report(result, answers, letters, opened.digest());
      results.publish();
      return report;
    } catch (IOException e) {
      throw new AnalysisException(
          "cannot write to the output %s: %s".formatted(predictions, OutputDirectory.reason(e)), e);
    }
  }

  private static void checkApart(ObservationFiles input, Destination destination) {
    if (destination instanceof Destination.Files output
        && input.files().stream()
            .anyMatch(
                file -> output.directory().toAbsolutePath().normalize().equals(file.getParent()))) {
      throw new AnalysisException(
          "the output %s holds the input's observations; name another directory".formatted(output));
    }
  }

  private Pipeline pipeline(
      PipelineOptions options,
      Bundle opened,
      Spec asked,
      ObservationFiles files,
      Destination answers,
      Destination letters) {
    Pipeline pipeline = Pipeline.create(options);
    try (BadRecordErrorHandler<PDone> errors =
        pipeline.registerBadRecordErrorHandler(
            Destinations.deadLetters(letters, Rolling.defaults()))) {
      var read = pipeline.apply(ReadObservations.from(files));
      errors.addErrorCollection(read.failures());
      PCollection<Prediction> answered =
          read.output()
              .apply(
                  AnalyzeObservations.with(
                      asked, serving.of(bundle, opened, asked), Blobs.below(files.root()), errors));
      Destinations.write(answered, answers, 0, "", Rolling.defaults(), errors);
    }
    return pipeline;
  }

  private static AnalysisReport report(
      PipelineResult result, Destination answers, Destination letters, String digest)
      throws IOException {
    return new AnalysisReport(
        counter(result, ParseObservations.class, "records"),
        answers instanceof Destination.Files files && files.format() == ResultFormat.JSONL
            ? ResultFiles.countPredictions(files.directory())
            : counter(result, WritePredictions.class, "predictions")
                + counter(result, PublishPredictions.class, "predictions")
                + counter(result, UpsertPredictions.class, "predictions"),
        letters instanceof Destination.Files files
            ? ResultFiles.countDeadLetters(files.directory())
            : counter(result, PublishDeadLetters.class, "deadLetters"),
        counter(result, AlignModalities.class, "duplicates"),
        counter(result, AlignModalities.class, "leftOut"),
        calls(result, EncodeObservations.class),
        calls(result, FuseModalities.class),
        digest);
  }

  // Flink and Spark know attempted values only; a bounded run without a retry has no others.
  private static long counter(PipelineResult result, Class<?> transform, String name) {
    long sum = 0;
    for (MetricResult<Long> counter : query(result, transform, name).getCounters()) {
      sum += counter.getAttempted();
    }
    return sum;
  }

  private static long calls(PipelineResult result, Class<?> transform) {
    long sum = 0;
    for (var distribution : query(result, transform, "batchRows").getDistributions()) {
      sum += distribution.getAttempted().getCount();
    }
    return sum;
  }

  private static MetricQueryResults query(PipelineResult result, Class<?> transform, String name) {
    return result
        .metrics()
        .queryMetrics(
            MetricsFilter.builder().addNameFilter(MetricNameFilter.named(transform, name)).build());
  }
}
