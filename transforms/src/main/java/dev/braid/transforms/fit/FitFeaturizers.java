package dev.braid.transforms.fit;

import dev.braid.featurizer.FeaturizerFit;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.spec.Spec;
import dev.braid.transforms.observation.DeadLetter;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.MapCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.jspecify.annotations.Nullable;

/**
 * Fits the featurizers of a spec to bounded, clean observations: for every modality its name and
 * the state of its featurizer as JSON, the same to the last digit on every runner. An observation
 * whose payload cannot be counted is a failure. No payload is shuffled: what was counted of a
 * bundle is, and it is merged on the way to the one that gives the result.
 */
public final class FitFeaturizers
    extends PTransform<
        PCollection<Observation>, WithFailures.Result<PCollection<KV<String, String>>, BadRecord>> {
  private static final String STEP = "FitFeaturizers";
  private static final TupleTag<FeaturizerFit> COUNTED = new TupleTag<>("counted");
  private static final TupleTag<BadRecord> FAILED = new TupleTag<>("failed");

  /** Counts are merged in that many places before the last one. */
  private static final int FANOUT = 8;

  private final FeaturizerFitCoder coder;

  private FitFeaturizers(FeaturizerFitCoder coder) {
    this.coder = coder;
  }

  /** Fits the featurizers of {@code spec}. */
  public static FitFeaturizers of(Spec spec) {
    return new FitFeaturizers(FeaturizerFitCoder.of(spec));
  }

  @Override
  public WithFailures.Result<PCollection<KV<String, String>>, BadRecord> expand(
      PCollection<Observation> observations) {
    PCollectionTuple counted =
        observations
            .apply("AllTimes", Window.into(new GlobalWindows()))
            .apply(
                "Count",
                ParDo.of(new CountBundle(coder)).withOutputTags(COUNTED, TupleTagList.of(FAILED)));
    PCollection<KV<String, String>> featurizers =
        counted
            .get(COUNTED)
            .setCoder(coder)
            .apply("Merge", Combine.globally(new MergeFits(coder)).withFanout(FANOUT))
            .setCoder(MapCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of()))
            .apply("States", ParDo.of(new SplitStates()))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of()));
    return WithFailures.Result.of(
        featurizers, counted.get(FAILED).setCoder(BadRecord.getCoder(observations.getPipeline())));
  }

  private static final class CountBundle extends DoFn<Observation, FeaturizerFit> {
    private final FeaturizerFitCoder coder;
    private final Counter fitted = Metrics.counter(FitFeaturizers.class, "fitted");
    private transient @Nullable FeaturizerFit fit;

    CountBundle(FeaturizerFitCoder coder) {
      this.coder = coder;
    }

    @StartBundle
    public void startBundle() {
      fit = null;
    }

    @ProcessElement
    public void process(@Element Observation observation, MultiOutputReceiver out) {
      FeaturizerFit counted = fit == null ? coder.empty() : fit;
      fit = counted;
      try {
        counted.add(observation);
        fitted.inc();
      } catch (InvalidObservationException e) {
        out.get(FAILED)
            .output(
                DeadLetter.of(STEP, observation, String.valueOf(e.getMessage()), null)
                    .toBadRecord());
      }
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      if (fit != null) {
        context.output(COUNTED, fit, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE);
        fit = null;
      }
    }
  }

  private static final class SplitStates extends DoFn<Map<String, String>, KV<String, String>> {
    @ProcessElement
    public void process(
        @Element Map<String, String> states, OutputReceiver<KV<String, String>> out) {
      states.forEach((modality, state) -> out.output(KV.of(modality, state)));
    }
  }
}
