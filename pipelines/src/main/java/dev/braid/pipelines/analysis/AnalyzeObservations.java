package dev.braid.pipelines.analysis;

import dev.braid.observation.Blobs;
import dev.braid.spec.Spec;
import dev.braid.transforms.align.AlignModalities;
import dev.braid.transforms.clean.CleanObservations;
import dev.braid.transforms.featurize.EncodeObservations;
import dev.braid.transforms.fuse.FuseModalities;
import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.model.ServedBundle;
import dev.braid.transforms.observation.ObservationFormat;
import dev.braid.transforms.observation.ParseObservations;
import dev.braid.transforms.observation.Received;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.transforms.errorhandling.ErrorHandler;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/**
 * The analysis: received observations in, one prediction for each entity and window out. What any
 * step could not use goes to one error handler.
 */
public final class AnalyzeObservations
    extends PTransform<PCollection<Received>, PCollection<Prediction>> {
  private final Spec spec;
  private final ServedBundle bundle;
  private final Blobs blobs;
  private final ObservationFormat format;
  private final boolean slices;
  private final transient ErrorHandler<BadRecord, ?> errors;

  private AnalyzeObservations(
      Spec spec,
      ServedBundle bundle,
      Blobs blobs,
      ObservationFormat format,
      boolean slices,
      ErrorHandler<BadRecord, ?> errors) {
    this.spec = spec;
    this.bundle = bundle;
    this.blobs = blobs;
    this.format = format;
    this.slices = slices;
    this.errors = errors;
  }

  /**
   * The analysis that a bundle was trained for.
   *
   * @param spec the bundle's
   * @param blobs what references are read from
   * @param errors takes the failures of every step
   */
  public static AnalyzeObservations with(
      Spec spec, ServedBundle bundle, Blobs blobs, ErrorHandler<BadRecord, ?> errors) {
    return new AnalyzeObservations(spec, bundle, blobs, ObservationFormat.JSON, false, errors);
  }

  /** The same of records in another format. */
  public AnalyzeObservations withFormat(ObservationFormat format) {
    return new AnalyzeObservations(spec, bundle, blobs, format, slices, errors);
  }

  /** The same with sliding windows of a stream made of slices, or not. */
  public AnalyzeObservations withSlices(boolean slices) {
    return new AnalyzeObservations(spec, bundle, blobs, format, slices, errors);
  }

  @Override
  public PCollection<Prediction> expand(PCollection<Received> received) {
    var parsed = received.apply(ParseObservations.of(spec).withFormat(format));
    var cleaned = parsed.output().apply(CleanObservations.of(spec));
    var encoded = cleaned.output().apply(EncodeObservations.with(bundle, blobs));
    AlignModalities align = AlignModalities.in(spec);
    var scenes = encoded.output().apply(slices ? align.withSlices() : align);
    var fused = scenes.output().apply(FuseModalities.with(bundle));
    report("Parse", parsed.failures());
    report("Clean", cleaned.failures());
    report("Encode", encoded.failures());
    report("Align", scenes.failures());
    report("Fuse", fused.failures());
    return fused.output();
  }

  /**
   * The error handler flattens the failures of all steps, which must therefore share a window and a
   * trigger, of whatever windows they come.
   */
  private void report(String step, PCollection<BadRecord> failures) {
    errors.addErrorCollection(
        failures.apply(
            step + "Failures",
            Window.<BadRecord>into(new GlobalWindows())
                .triggering(DefaultTrigger.of())
                .withAllowedLateness(Duration.ZERO)
                .discardingFiredPanes()));
  }
}
