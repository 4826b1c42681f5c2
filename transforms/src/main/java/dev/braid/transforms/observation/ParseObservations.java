package dev.braid.transforms.observation;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
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
 * Reads received records as observations, each with its event time as its timestamp. A record that
 * is no observation, or one of a modality that the spec does not name, is a failure that bears the
 * record's position.
 */
public final class ParseObservations
    extends PTransform<
        PCollection<Received>, WithFailures.Result<PCollection<Observation>, BadRecord>> {
  private static final String STEP = "ParseObservations";
  private static final TupleTag<Observation> PARSED = new TupleTag<>("parsed");
  private static final TupleTag<BadRecord> FAILED = new TupleTag<>("failed");

  private final List<String> modalities;
  private final ObservationFormat format;

  private ParseObservations(List<String> modalities, ObservationFormat format) {
    this.modalities = modalities;
    this.format = format;
  }

  /** Parses observations in JSON of the modalities of {@code spec}. */
  public static ParseObservations of(Spec spec) {
    return new ParseObservations(List.copyOf(spec.modalities().keySet()), ObservationFormat.JSON);
  }

  /** The same from records in another format. */
  public ParseObservations withFormat(ObservationFormat format) {
    return new ParseObservations(modalities, format);
  }

  @Override
  public WithFailures.Result<PCollection<Observation>, BadRecord> expand(
      PCollection<Received> records) {
    PCollectionTuple parsed =
        records.apply(
            "Parse",
            ParDo.of(new ParseRecord(modalities, format))
                .withOutputTags(PARSED, TupleTagList.of(FAILED)));
    return WithFailures.Result.of(
        parsed.get(PARSED).setCoder(ObservationCoder.of()),
        parsed.get(FAILED).setCoder(BadRecord.getCoder(records.getPipeline())));
  }

  private static final class ParseRecord extends DoFn<Received, Observation> {
    private final List<String> modalities;
    private final ObservationFormat format;
    private final Counter records = Metrics.counter(ParseObservations.class, "records");

    ParseRecord(List<String> modalities, ObservationFormat format) {
      this.modalities = modalities;
      this.format = format;
    }

    @ProcessElement
    public void process(@Element Received received, MultiOutputReceiver out) {
      records.inc();
      try {
        Observation observation = format.parse(received.getValue());
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
        out.get(FAILED)
            .output(
                DeadLetter.of(
                        STEP,
                        format.origin(received.getValue()),
                        String.valueOf(e.getMessage()),
                        received)
                    .toBadRecord());
      }
    }
  }
}
