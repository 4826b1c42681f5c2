package dev.braid.transforms.clean;

import dev.braid.cleaning.Cleaner;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.transforms.observation.DeadLetter;
import dev.braid.transforms.observation.ObservationCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Holds every observation to the schema of its modality and repairs noise, as {@link Cleaner} says.
 * What it refuses is a failure. Duplicates are not seen here: they meet only when they are grouped
 * by entity, and {@link dev.braid.transforms.align.AlignModalities} drops them there.
 */
public final class CleanObservations
    extends PTransform<
        PCollection<Observation>, WithFailures.Result<PCollection<Observation>, BadRecord>> {
  private static final String STEP = "CleanObservations";
  private static final TupleTag<Observation> CLEAN = new TupleTag<>("clean");
  private static final TupleTag<BadRecord> REFUSED = new TupleTag<>("refused");

  private final String spec;

  private CleanObservations(String spec) {
    this.spec = spec;
  }

  /** Cleans observations of the modalities of {@code spec}. */
  public static CleanObservations of(Spec spec) {
    return new CleanObservations(SpecYaml.format(spec));
  }

  @Override
  public WithFailures.Result<PCollection<Observation>, BadRecord> expand(
      PCollection<Observation> observations) {
    PCollectionTuple cleaned =
        observations.apply(
            "Clean",
            ParDo.of(new CleanObservation(spec)).withOutputTags(CLEAN, TupleTagList.of(REFUSED)));
    return WithFailures.Result.of(
        cleaned.get(CLEAN).setCoder(ObservationCoder.of()),
        cleaned.get(REFUSED).setCoder(BadRecord.getCoder(observations.getPipeline())));
  }

  private static final class CleanObservation extends DoFn<Observation, Observation> {
    private final String spec;
    private transient Cleaner cleaner;

    CleanObservation(String spec) {
      this.spec = spec;
    }

    @Setup
    public void setup() {
      cleaner = new Cleaner(SpecYaml.parse(spec));
    }

    @ProcessElement
    public void process(@Element Observation observation, MultiOutputReceiver out) {
      try {
        out.get(CLEAN).output(cleaner.clean(observation));
      } catch (InvalidObservationException e) {
        out.get(REFUSED)
            .output(
                DeadLetter.of(STEP, observation, String.valueOf(e.getMessage()), null)
                    .toBadRecord());
      }
    }
  }
}
