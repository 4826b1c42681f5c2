package dev.braid.bench.baseline;

import dev.braid.observation.Blobs;
import dev.braid.observation.Observation;
import dev.braid.scene.Token;
import dev.braid.scene.TokenOrder;
import dev.braid.spec.Spec;
import dev.braid.transforms.align.Scene;
import dev.braid.transforms.align.SceneCoder;
import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.featurize.EmbeddingCoder;
import dev.braid.transforms.featurize.EncodeObservations;
import dev.braid.transforms.model.ServedBundle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;

/**
 * Observations in Beam's {@link SlidingWindows} first, and encoded there, once for every window
 * that holds them. The encoder is the product's, in batches that cross windows, so that nothing but
 * the order of the two is compared. Of times since 1970 the scenes are the product's.
 */
public final class PlainWindows
    extends PTransform<
        PCollection<Observation>, WithFailures.Result<PCollection<Scene>, BadRecord>> {
  private final Spec spec;
  private final ServedBundle bundle;

  /**
   * @param spec with windows in time
   */
  public PlainWindows(Spec spec, ServedBundle bundle) {
    this.spec = spec;
    this.bundle = bundle;
  }

  @Override
  public WithFailures.Result<PCollection<Scene>, BadRecord> expand(
      PCollection<Observation> observations) {
    var window = spec.timeWindow("the benchmark");
    Map<String, Integer> caps = new LinkedHashMap<>();
    spec.modalities().forEach((name, modality) -> caps.put(name, modality.tokens()));
    var encoded =
        observations
            .apply(
                "SlideWindows",
                Window.into(
                    SlidingWindows.of(Duration.millis(window.sizeMillis()))
                        .every(Duration.millis(window.periodMillis()))))
            .apply("EncodeInWindows", EncodeObservations.with(bundle, Blobs.none()));
    PCollection<Scene> scenes =
        encoded
            .output()
            .apply(
                "KeyByEntity",
                WithKeys.of(Embedding::getEntity).withKeyType(TypeDescriptors.strings()))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), EmbeddingCoder.of()))
            .apply("GroupByEntity", GroupByKey.create())
            .apply("BuildScenes", ParDo.of(new BuildScenes(caps)))
            .setCoder(SceneCoder.of());
    return WithFailures.Result.of(scenes, encoded.failures());
  }

  private static final class BuildScenes extends DoFn<KV<String, Iterable<Embedding>>, Scene> {
    private static final long serialVersionUID = 1L;

    private final Map<String, Integer> caps;

    BuildScenes(Map<String, Integer> caps) {
      this.caps = caps;
    }

    @ProcessElement
    public void process(
        @Element KV<String, Iterable<Embedding>> group,
        BoundedWindow window,
        OutputReceiver<Scene> out) {
      Map<String, List<Token>> given = new LinkedHashMap<>();
      for (Embedding embedding : group.getValue()) {
        given
            .computeIfAbsent(embedding.getModality(), m -> new ArrayList<>())
            .add(new Token(embedding.getId(), embedding.getTime(), embedding.getVector()));
      }
      Map<String, List<Token>> kept = new LinkedHashMap<>();
      caps.forEach(
          (modality, cap) -> {
            List<Token> tokens = given.get(modality);
            if (tokens != null) {
              kept.put(modality, TokenOrder.select(tokens, Token::time, Token::id, cap));
            }
          });
      IntervalWindow interval = (IntervalWindow) window;
      out.output(
          Scene.of(
              group.getKey(),
              Instant.ofEpochMilli(interval.start().getMillis()),
              Instant.ofEpochMilli(interval.end().getMillis()),
              kept));
    }
  }
}
