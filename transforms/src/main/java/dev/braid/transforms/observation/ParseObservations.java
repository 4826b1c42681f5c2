package dev.braid.transforms.observation;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Instant;

/**
 * Reads lines of JSON as observations, each with its event time as its timestamp. A line that is no
 * observation, or one of a modality that the spec does not name, is a failure.
 */
public final class ParseObservations
    extends PTransform<
        PCollection<String>, WithFailures.Result<PCollection<Observation>, BadRecord>> {
  private static final String STEP = "ParseObservations";
  private static final TupleTag<Observation> PARSED = new TupleTag<>("parsed");
  private static final TupleTag<BadRecord> FAILED = new TupleTag<>("failed");

  private final List<String> modalities;

  private ParseObservations(List<String> modalities) {
    this.modalities = modalities;
  }

  /** Parses observations of the modalities of {@code spec}. */
  public static ParseObservations of(Spec spec) {
    return new ParseObservations(List.copyOf(spec.modalities().keySet()));
  }

  @Override
  public WithFailures.Result<PCollection<Observation>, BadRecord> expand(
      PCollection<String> lines) {
    PCollectionTuple parsed =
        lines.apply(
            "Parse",
            ParDo.of(new ParseLine(modalities)).withOutputTags(PARSED, TupleTagList.of(FAILED)));
    return WithFailures.Result.of(
        parsed.get(PARSED).setCoder(ObservationCoder.of()),
        parsed.get(FAILED).setCoder(BadRecord.getCoder(lines.getPipeline())));
  }

  private static final class ParseLine extends DoFn<String, Observation> {
    private final List<String> modalities;
    private final Counter lines = Metrics.counter(ParseObservations.class, "lines");

    ParseLine(List<String> modalities) {
      this.modalities = modalities;
    }

    @ProcessElement
    public void process(@Element String line, MultiOutputReceiver out) {
      lines.inc();
      try {
        Observation observation = ObservationJson.parse(line);
        if (!modalities.contains(observation.getModality())) {
          throw new InvalidObservationException(
              "unknown modality '%s'; %s"
                  .formatted(
                      observation.getModality(),
                      SpecYaml.nearest(observation.getModality(), modalities)));
        }
        out.get(PARSED)
            .outputWithTimestamp(
                observation, Instant.ofEpochMilli(observation.getTime().toEpochMilli()));
      } catch (InvalidObservationException e) {
        LineOrigin origin = LineOrigin.of(line);
        out.get(FAILED)
            .output(
                DeadLetter.of(
                        STEP,
                        origin.modality(),
                        origin.entity(),
                        origin.id(),
                        String.valueOf(e.getMessage()),
                        null,
                        line)
                    .toBadRecord());
      }
    }
  }
}
