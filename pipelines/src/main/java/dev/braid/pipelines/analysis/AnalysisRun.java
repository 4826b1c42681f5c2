package dev.braid.pipelines.analysis;

import dev.braid.bundle.Bundle;
import dev.braid.observation.Blobs;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.io.ObservationFiles;
import dev.braid.pipelines.io.ReadObservations;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.pipelines.io.WriteDeadLetters;
import dev.braid.pipelines.io.WritePredictions;
import dev.braid.transforms.align.AlignModalities;
import dev.braid.transforms.featurize.EncodeObservations;
import dev.braid.transforms.fuse.FuseModalities;
import dev.braid.transforms.model.ServedBundle;
import dev.braid.transforms.observation.ParseObservations;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.errorhandling.ErrorHandler.BadRecordErrorHandler;
import org.apache.beam.sdk.values.PDone;

/**
 * One bounded run of the analysis, from a directory of observations to a directory of predictions
 * and dead letters.
 *
 * @param bundle the directory of the bundle
 * @param input the directory of the observations, see {@link ObservationFiles}
 * @param output the directory of the results, made if it is not there
 * @param overwrite whether results of an earlier run may be replaced
 */
public record AnalysisRun(Path bundle, Path input, Path output, boolean overwrite) {

  /**
   * Checks everything that can be checked before a launch, runs to the end, and shows the results
   * only if all went well.
   *
   * @param options made by {@link dev.braid.pipelines.engine.Engines#options} for {@code engine}
   * @throws dev.braid.bundle.InvalidBundleException if the bundle must not be served
   * @throws dev.braid.dataset.InvalidDatasetException if there is nothing to read
   * @throws AnalysisException if the output cannot be written or the run fails
   */
  public AnalysisReport run(Engine engine, PipelineOptions options) {
    Bundle opened = Bundle.open(bundle);
    ObservationFiles files = ObservationFiles.below(input);
    if (files.files().stream()
        .anyMatch(file -> output.toAbsolutePath().normalize().equals(file.getParent()))) {
      throw new AnalysisException(
          "the output %s holds the input's observations; name another directory".formatted(output));
    }
    try (OutputDirectory directory = OutputDirectory.prepare(output, ResultFiles::in, overwrite)) {
      Pipeline pipeline = pipeline(options, opened, files, directory.staging());
      PipelineResult result = FinishedRun.of(engine, pipeline, output);
      AnalysisReport report = report(result, directory.staging(), opened.digest());
      directory.publish();
      return report;
    } catch (IOException e) {
      throw new AnalysisException(
          "cannot write to the output %s: %s".formatted(output, OutputDirectory.reason(e)), e);
    }
  }

  private Pipeline pipeline(
      PipelineOptions options, Bundle opened, ObservationFiles files, Path results) {
    Pipeline pipeline = Pipeline.create(options);
    try (BadRecordErrorHandler<PDone> errors =
        pipeline.registerBadRecordErrorHandler(WriteDeadLetters.to(results))) {
      var read = pipeline.apply(ReadObservations.from(files));
      errors.addErrorCollection(read.failures());
      read.output()
          .apply(
              AnalyzeObservations.with(
                  opened.spec(),
                  ServedBundle.of(bundle, opened),
                  Blobs.below(files.root()),
                  errors))
          .apply(WritePredictions.to(results));
    }
    return pipeline;
  }

  private static AnalysisReport report(PipelineResult result, Path results, String digest)
      throws IOException {
    return new AnalysisReport(
        counter(result, ParseObservations.class, "records"),
        ResultFiles.countPredictions(results),
        ResultFiles.countDeadLetters(results),
        counter(result, AlignModalities.class, "duplicates"),
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
