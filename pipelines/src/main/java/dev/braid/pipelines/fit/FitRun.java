package dev.braid.pipelines.fit;

import dev.braid.dataset.FittedFeaturizers;
import dev.braid.dataset.Splits;
import dev.braid.pipelines.analysis.AnalysisException;
import dev.braid.pipelines.analysis.FinishedRun;
import dev.braid.pipelines.analysis.OutputDirectory;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.io.FeaturizerFiles;
import dev.braid.pipelines.io.ObservationFiles;
import dev.braid.pipelines.io.ReadObservations;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.pipelines.io.WriteDeadLetters;
import dev.braid.pipelines.io.WriteFeaturizers;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.transforms.clean.CleanObservations;
import dev.braid.transforms.fit.FitFeaturizers;
import dev.braid.transforms.fit.KeepTrainingPart;
import dev.braid.transforms.observation.ParseObservations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.transforms.errorhandling.ErrorHandler.BadRecordErrorHandler;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * One bounded run from a data set to its featurizers: {@code fitted-spec.yaml}, {@code
 * featurizers/<modality>.json} and dead letters. Labels are not needed.
 *
 * @param data the directory of the data set
 * @param output the directory of the results, made if it is not there
 * @param overwrite whether results of an earlier fit may be replaced
 */
public record FitRun(Path data, Path output, boolean overwrite) {

  /**
   * Runs to the end, and shows the results only if all went well.
   *
   * @param options made by {@link dev.braid.pipelines.engine.Engines#options} for {@code engine}
   * @throws dev.braid.spec.InvalidSpecException if the data set has no valid spec
   * @throws dev.braid.dataset.InvalidDatasetException if there is nothing to read
   * @throws AnalysisException if the output cannot be written or the run fails
   */
  public FitReport run(Engine engine, PipelineOptions options) {
    Spec spec = SpecYaml.read(data.resolve("spec.yaml"));
    ObservationFiles files = ObservationFiles.below(data);
    // A broken file of splits is found here, not by every worker.
    Splits.of(data);
    if (files.root().equals(output.toAbsolutePath().normalize())) {
      throw new AnalysisException(
          "the output %s is the data set itself; name another directory".formatted(output));
    }
    try (OutputDirectory directory =
        OutputDirectory.prepare(output, FeaturizerFiles::in, overwrite)) {
      Path staging = directory.staging();
      Files.writeString(staging.resolve(FittedFeaturizers.SPEC), SpecYaml.format(spec));
      PipelineResult result =
          FinishedRun.of(engine, pipeline(options, spec, files, staging), output.toString(), true);
      FitReport report =
          new FitReport(
              counter(result, ParseObservations.class, "records"),
              counter(result, FitFeaturizers.class, "fitted"),
              ResultFiles.countDeadLetters(staging),
              FittedFeaturizers.read(spec, staging).size());
      directory.publish();
      return report;
    } catch (IOException e) {
      throw new AnalysisException(
          "cannot write to the output %s: %s".formatted(output, OutputDirectory.reason(e)), e);
    }
  }

  private static Pipeline pipeline(
      PipelineOptions options, Spec spec, ObservationFiles files, Path results) {
    Pipeline pipeline = Pipeline.create(options);
    try (BadRecordErrorHandler<PDone> errors =
        pipeline.registerBadRecordErrorHandler(WriteDeadLetters.to(results))) {
      var lines = collect(pipeline.apply(ReadObservations.from(files)), "Read", errors);
      var parsed = collect(lines.apply(ParseObservations.of(spec)), "Parse", errors);
      var clean = collect(parsed.apply(CleanObservations.of(spec)), "Clean", errors);
      var training = clean.apply(KeepTrainingPart.of(files.root()));
      var fitted = collect(training.apply(FitFeaturizers.of(spec)), "Fit", errors);
      fitted.apply(WriteFeaturizers.to(results));
    }
    return pipeline;
  }

  /** The error handler flattens the failures of all steps, which must therefore share a window. */
  private static <T> PCollection<T> collect(
      WithFailures.Result<PCollection<T>, BadRecord> result,
      String step,
      BadRecordErrorHandler<PDone> errors) {
    errors.addErrorCollection(
        result.failures().apply(step + "Failures", Window.into(new GlobalWindows())));
    return result.output();
  }

  // Flink and Spark know attempted values only; a bounded run without a retry has no others.
  private static long counter(PipelineResult result, Class<?> transform, String name) {
    long sum = 0;
    for (MetricResult<Long> counter :
        result
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.named(transform, name))
                    .build())
            .getCounters()) {
      sum += counter.getAttempted();
    }
    return sum;
  }
}
