package dev.braid.transforms.align;

import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.featurize.EmbeddingCoder;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.TimestampedValue;

/** What windows must do on every engine that claims them; each engine's module extends it. */
public abstract class WindowsContract {
  /** The options of a run on the engine that is held to this contract. */
  protected abstract PipelineOptions options(boolean streaming);

  /** Whether the engine is said to have event-time timers. */
  protected boolean timers() {
    return false;
  }

  final Alignment of(String window, TestStream<Embedding> stream) {
    return of(window, "", stream);
  }

  final Alignment of(String window, String wait, TestStream<Embedding> stream) {
    return Alignment.of(options(true), timers(), window, wait, stream);
  }

  @SafeVarargs
  final Alignment ofBounded(String window, TimestampedValue<Embedding>... embeddings) {
    return ofBounded(window, List.of(embeddings));
  }

  final Alignment ofBounded(String window, List<TimestampedValue<Embedding>> embeddings) {
    return Alignment.of(
        options(false),
        timers(),
        window,
        "",
        Create.timestamped(embeddings).withCoder(EmbeddingCoder.of()));
  }
}
