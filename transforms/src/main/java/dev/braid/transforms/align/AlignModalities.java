package dev.braid.transforms.align;

import dev.braid.spec.Spec;
import dev.braid.spec.WindowSpec;
import dev.braid.transforms.align.SceneBuilder.Built;
import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.featurize.EmbeddingCoder;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;

/**
 * Joins the embeddings of each entity in each sliding event-time window into one scene. Of several
 * embeddings of a modality with one id the first is kept (the metric {@code duplicates} counts the
 * others, once for every window), and of more than the spec's {@code maxTokens} the latest.
 *
 * <p>A window's scene is emitted when the watermark passes its end, and again, whole, whenever data
 * come within the spec's allowed lateness; later ones are dropped.
 *
 * <p>Bounded input, of which nothing is late, is grouped by {@value #BUCKETS} buckets of entities,
 * because runners hand every group on by itself: with thousands of entities the groups would cost
 * more than the models, and no batch of scenes would fill.
 */
public final class AlignModalities extends PTransform<PCollection<Embedding>, PCollection<Scene>> {
  /** Groups of bounded input; also the most workers that it can be spread over. */
  static final int BUCKETS = 256;

  private final WindowSpec window;
  private final Map<String, Integer> tokens;

  private AlignModalities(WindowSpec window, Map<String, Integer> tokens) {
    this.window = window;
    this.tokens = tokens;
  }

  /** Aligns in the windows, and up to the number of tokens, of {@code spec}. */
  public static AlignModalities in(Spec spec) {
    Map<String, Integer> tokens = new LinkedHashMap<>();
    spec.modalities().forEach((name, modality) -> tokens.put(name, modality.tokens()));
    return new AlignModalities(spec.window(), tokens);
  }

  @Override
  public PCollection<Scene> expand(PCollection<Embedding> embeddings) {
    return embeddings
        .apply(
            "KeyByEntity",
            WithKeys.of(key(embeddings.isBounded())).withKeyType(TypeDescriptors.strings()))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), EmbeddingCoder.of()))
        .apply(
            "SlideWindows",
            Window.<KV<String, Embedding>>into(SlidingEventTime.of(window))
                .withAllowedLateness(Duration.millis(window.allowedLatenessMillis()))
                .accumulatingFiredPanes())
        .apply("GroupByEntity", GroupByKey.create())
        .apply("BuildScenes", ParDo.of(new BuildScene(new SceneBuilder(tokens))))
        .setCoder(SceneCoder.of());
  }

  private static SerializableFunction<Embedding, String> key(PCollection.IsBounded bounded) {
    return bounded == PCollection.IsBounded.BOUNDED
        ? e -> Integer.toString(bucket(e.getEntity()))
        : Embedding::getEntity;
  }

  private static int bucket(String entity) {
    // Fibonacci hashing: names that differ in their last digits lie side by side otherwise.
    return Integer.remainderUnsigned(entity.hashCode() * 0x9e3779b9 >>> 16, BUCKETS);
  }

  private static final class BuildScene extends DoFn<KV<String, Iterable<Embedding>>, Scene> {
    private final SceneBuilder builder;
    private final Counter duplicates = Metrics.counter(AlignModalities.class, "duplicates");

    BuildScene(SceneBuilder builder) {
      this.builder = builder;
    }

    @ProcessElement
    public void process(
        @Element KV<String, Iterable<Embedding>> group,
        BoundedWindow window,
        OutputReceiver<Scene> out) {
      IntervalWindow interval = (IntervalWindow) window;
      Instant start = Instant.ofEpochMilli(interval.start().getMillis());
      Instant end = Instant.ofEpochMilli(interval.end().getMillis());
      for (Built built : builder.build(start, end, group.getValue())) {
        duplicates.inc(built.duplicates());
        out.output(built.scene());
      }
    }
  }
}
