package dev.braid.transforms.fit;

import dev.braid.dataset.Split;
import dev.braid.dataset.Splits;
import dev.braid.observation.Observation;
import dev.braid.transforms.observation.ObservationCoder;
import java.nio.file.Path;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;

/** Keeps the observations of the entities in the training part of a data set, as {@link Splits}. */
public final class KeepTrainingPart
    extends PTransform<PCollection<Observation>, PCollection<Observation>> {
  private final String dataset;

  private KeepTrainingPart(String dataset) {
    this.dataset = dataset;
  }

  /** Of the data set at {@code dataset}, a path that every worker sees. */
  public static KeepTrainingPart of(Path dataset) {
    return new KeepTrainingPart(dataset.toAbsolutePath().toString());
  }

  @Override
  public PCollection<Observation> expand(PCollection<Observation> observations) {
    return observations
        .apply("Keep", ParDo.of(new KeepTraining(dataset)))
        .setCoder(ObservationCoder.of());
  }

  private static final class KeepTraining extends DoFn<Observation, Observation> {
    private final String dataset;
    private transient Splits splits;

    KeepTraining(String dataset) {
      this.dataset = dataset;
    }

    @Setup
    public void setup() {
      splits = Splits.of(Path.of(dataset));
    }

    @ProcessElement
    public void process(@Element Observation observation, OutputReceiver<Observation> out) {
      if (splits.of(observation.getEntity()) == Split.TRAIN) {
        out.output(observation);
      }
    }
  }
}
