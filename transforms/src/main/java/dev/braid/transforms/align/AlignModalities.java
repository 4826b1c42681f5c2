package dev.braid.transforms.align;

import dev.braid.spec.Spec;
import dev.braid.spec.WindowSpec;
import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.featurize.EmbeddingCoder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.AfterProcessingTime;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;

/**
 * Joins the embeddings of each entity in each window of the spec into one scene. Of several
 * embeddings of a modality with one id the latest is kept, and of more than the spec's {@code
 * maxTokens} the latest, by {@link dev.braid.scene.TokenOrder}. What is left out is counted once
 * for every scene, in the metric {@code leftOut} where there were more than {@code maxTokens} and
 * in {@code duplicates} elsewhere.
 *
 * <p>Of windows in time the scene is emitted when the watermark passes the window's end, and again,
 * whole and with the next revision, whenever data come within the allowed lateness; later ones are
 * dropped, which Direct and Flink count in their metric {@code droppedDueToLateness}. With {@code
 * early} it is also emitted before the end, and with a {@code wait} it is held after it. Without
 * late data and for windows of the other forms there is one scene of a window, and it is final.
 *
 * <p>Windows by count and sessions of a stream take each observation when the watermark has passed
 * it, in the order of event time. One that comes so late that an answer would have been another is
 * a failure.
 *
 * <p>Of bounded input nothing is early or late: every window has one scene. Windows in time are
 * then grouped by {@value #BUCKETS} buckets of entities, because runners hand every group on by
 * itself: with thousands of entities the groups would cost more than the models, and no batch of
 * scenes would fill.
 */
public final class AlignModalities
    extends PTransform<PCollection<Embedding>, WithFailures.Result<PCollection<Scene>, BadRecord>> {
  /** Groups of bounded input; also the most workers that it can be spread over. */
  static final int BUCKETS = 256;

  private static final TupleTag<Scene> SCENES = new TupleTag<>("scenes");
  private static final TupleTag<BadRecord> TOO_LATE = new TupleTag<>("tooLate");

  private final WindowSpec window;
  private final WaitBudgets budgets;
  private final SceneBuilder builder;
  private final boolean slices;

  private AlignModalities(
      WindowSpec window, WaitBudgets budgets, SceneBuilder builder, boolean slices) {
    this.window = window;
    this.budgets = budgets;
    this.builder = builder;
    this.slices = slices;
  }

  /** Aligns in the windows, and up to the number of tokens, of {@code spec}. */
  public static AlignModalities in(Spec spec) {
    Map<String, Integer> tokens = new LinkedHashMap<>();
    spec.modalities().forEach((name, modality) -> tokens.put(name, modality.tokens()));
    return new AlignModalities(
        spec.window(), WaitBudgets.of(spec), new SceneBuilder(tokens), false);
  }

  /**
   * On an engine where a stateful step of a stream has event-time timers and gets what is late
   * before the watermark that followed it: windows in time that are answered neither early nor
   * after a wait are then made of slices. The scenes are the same.
   */
  public AlignModalities withSlices() {
    return new AlignModalities(window, budgets, builder, true);
  }

  @Override
  public WithFailures.Result<PCollection<Scene>, BadRecord> expand(
      PCollection<Embedding> embeddings) {
    boolean bounded = embeddings.isBounded() == PCollection.IsBounded.BOUNDED;
    PCollectionTuple aligned;
    if (window instanceof WindowSpec.Time time) {
      boolean sliced = slices && time.early().isZero() && budgets.isEmpty();
      aligned =
          bounded
              ? whole(time, embeddings)
              : sliced ? inSlices(time, embeddings) : inTime(time, embeddings);
    } else {
      aligned = bounded ? sorted(embeddings) : inOrder(embeddings);
    }
    return WithFailures.Result.of(
        aligned.get(SCENES).setCoder(SceneCoder.of()),
        aligned.get(TOO_LATE).setCoder(BadRecord.getCoder(embeddings.getPipeline())));
  }

  private PCollectionTuple whole(WindowSpec.Time time, PCollection<Embedding> embeddings) {
    SliceGrid grid = new SliceGrid(time);
    return byKey(embeddings, e -> Integer.toString(bucket(e.getEntity())))
        .apply("Stretches", Window.into(grid.stretches()))
        .apply("CombineSlices", Combine.perKey(new CombineSlices(grid, builder)))
        .apply("SlideSlices", outputs(new SlideWhole(grid, builder)));
  }

  private PCollectionTuple inSlices(WindowSpec.Time time, PCollection<Embedding> embeddings) {
    return byKey(embeddings, Embedding::getEntity)
        .apply("OneWindow", Window.into(new GlobalWindows()))
        .apply("SlideSlices", outputs(new SlideSlices(time, builder)));
  }

  private PCollectionTuple inTime(WindowSpec.Time time, PCollection<Embedding> embeddings) {
    PCollectionTuple built =
        byKey(embeddings, Embedding::getEntity)
            .apply("SlideWindows", panes(time))
            .apply("GroupByEntity", GroupByKey.create())
            .apply("BuildScenes", outputs(new BuildScene(builder)));
    if (budgets.isEmpty()) {
      return built;
    }
    PCollection<Scene> held =
        built
            .get(SCENES)
            .setCoder(SceneCoder.of())
            .apply(
                "KeyScenes", WithKeys.of(Scene::getEntity).withKeyType(TypeDescriptors.strings()))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), SceneCoder.of()))
            .apply("HoldScenes", ParDo.of(new HoldScenes(budgets)));
    return PCollectionTuple.of(SCENES, held).and(TOO_LATE, built.get(TOO_LATE));
  }

  /** When a window in time of a stream is answered. */
  private static Window<KV<String, Embedding>> panes(WindowSpec.Time time) {
    Window<KV<String, Embedding>> windows =
        Window.<KV<String, Embedding>>into(SlidingEventTime.of(time))
            .withAllowedLateness(Duration.millis(time.allowedLatenessMillis()))
            .accumulatingFiredPanes();
    // Left to the default trigger where that says the same: not every runner knows the others.
    return time.early().isZero()
        ? windows
        : windows.triggering(
            AfterWatermark.pastEndOfWindow()
                .withEarlyFirings(
                    AfterProcessingTime.pastFirstElementInPane()
                        .plusDelayOf(Duration.millis(time.early().toMillis())))
                .withLateFirings(AfterPane.elementCountAtLeast(1)));
  }

  private PCollectionTuple sorted(PCollection<Embedding> embeddings) {
    return byKey(embeddings, Embedding::getEntity)
        .apply("OneWindow", Window.into(new GlobalWindows()))
        .apply("GroupByEntity", GroupByKey.create())
        .apply("CutWhole", outputs(new CutWhole(window, builder)));
  }

  private PCollectionTuple inOrder(PCollection<Embedding> embeddings) {
    return byKey(embeddings, Embedding::getEntity)
        .apply("OneWindow", Window.into(new GlobalWindows()))
        .apply("CutInOrder", outputs(new CutInOrder(window, builder, SCENES, TOO_LATE)));
  }

  private static PCollection<KV<String, Embedding>> byKey(
      PCollection<Embedding> embeddings, SerializableFunction<Embedding, String> key) {
    return embeddings
        .apply("KeyByEntity", WithKeys.of(key).withKeyType(TypeDescriptors.strings()))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), EmbeddingCoder.of()));
  }

  private static <T> ParDo.MultiOutput<T, Scene> outputs(DoFn<T, Scene> doFn) {
    return ParDo.of(doFn).withOutputTags(SCENES, TupleTagList.of(TOO_LATE));
  }

  private static int bucket(String entity) {
    // Fibonacci hashing: names that differ in their last digits lie side by side otherwise.
    return Integer.remainderUnsigned(entity.hashCode() * 0x9e3779b9 >>> 16, BUCKETS);
  }
}
