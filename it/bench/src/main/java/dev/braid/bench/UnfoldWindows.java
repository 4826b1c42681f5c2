package dev.braid.bench;

import dev.braid.observation.Observation;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Instant;

/** Makes the observations of a block of a {@link WindowLoad}, named by its shard and number. */
final class UnfoldWindows extends DoFn<KV<Integer, Integer>, Observation> {
  private static final long serialVersionUID = 1L;

  private final WindowLoad load;

  UnfoldWindows(WindowLoad load) {
    this.load = load;
  }

  @ProcessElement
  public void process(@Element KV<Integer, Integer> block, OutputReceiver<Observation> out) {
    // The first who asks begins the run.
    if (Meter.current().isOver()) {
      throw new IllegalStateException("a run over a whole load has no end in time");
    }
    load.forEach(
        block.getKey(),
        block.getValue(),
        observation ->
            out.outputWithTimestamp(
                observation, Instant.ofEpochMilli(observation.getTime().toEpochMilli())));
  }
}
