package dev.braid.transforms.align;

import dev.braid.spec.WindowSpec;
import dev.braid.transforms.featurize.Embedding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/** Cuts all embeddings of an entity, which are there at once, in the order of their event times. */
final class CutWhole extends DoFn<KV<String, Iterable<Embedding>>, Scene> {
  private static final long serialVersionUID = 1L;

  private final WindowSpec spec;
  private final SceneBuilder builder;
  private final Counter duplicates = Metrics.counter(AlignModalities.class, "duplicates");
  private final Counter leftOut = Metrics.counter(AlignModalities.class, "leftOut");

  CutWhole(WindowSpec spec, SceneBuilder builder) {
    this.spec = spec;
    this.builder = builder;
  }

  @ProcessElement
  public void process(
      @Element KV<String, Iterable<Embedding>> group, OutputReceiver<Scene> scenes) {
    List<Embedding> sorted = new ArrayList<>();
    group.getValue().forEach(sorted::add);
    sorted.sort(EventTimeOrder.ORDER);
    OrderedWindows windows = OrderedWindows.resume(spec, builder, Kept.NOTHING);
    for (Embedding embedding : sorted) {
      if (windows.add(embedding, built -> emit(built, scenes)) == OrderedWindows.Taken.DUPLICATE) {
        duplicates.inc();
      }
    }
    windows.advance(Instant.MAX, built -> emit(built, scenes));
  }

  private void emit(SceneBuilder.Built built, OutputReceiver<Scene> scenes) {
    duplicates.inc(built.duplicates());
    leftOut.inc(built.leftOut());
    scenes.output(built.scene());
  }
}
