package dev.braid.transforms.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.scene.Token;
import dev.braid.serving.TinyBundle;
import dev.braid.transforms.Collected;
import dev.braid.transforms.align.Scene;
import dev.braid.transforms.align.SceneCoder;
import dev.braid.transforms.model.ServedBundle;
import dev.braid.transforms.model.Watched;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveFusionTest {
  private static final TinyBundle TINY = TinyBundle.ofSeed(1);
  private static final long DEADLINE_NANOS = 300_000_000_000L;

  @TempDir private Path directory;

  @Test
  void aStreamGoesOverToANewerFusionAndEveryPredictionSaysWhichOneAnswered() throws Exception {
    Bundle launched =
        TINY.write(directory.resolve("v1"), TINY.manifest("sha256:unknown"), TINY.files());
    ServedBundle served =
        ServedBundle.of(directory.resolve("v1"), launched)
            .withWatched(Watched.of(directory), TINY.spec());
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setBlockOnRun(false);
    Pipeline pipeline = Pipeline.create(options);
    var fused =
        pipeline
            .apply(GenerateSequence.from(0).withRate(1, Duration.millis(50)))
            .apply(MapElements.into(TypeDescriptor.of(Scene.class)).via(LiveFusionTest::scene))
            .setCoder(SceneCoder.of())
            .apply(FuseModalities.with(served));
    Collected<Prediction> predictions = Collected.of(fused.output());
    PipelineResult running = pipeline.run();
    try {
      await(() -> digests(predictions).equals(Set.of(launched.digest())));

      Bundle newer =
          TINY.write(directory.resolve("v2"), TINY.manifest("sha256:unknown"), retrained());

      await(() -> digests(predictions).contains(newer.digest()));
      assertThat(digests(predictions)).containsExactlyInAnyOrder(launched.digest(), newer.digest());
    } finally {
      running.cancel();
    }
    assertThat(predictions.elements()).extracting(Prediction::getId).doesNotHaveDuplicates();
  }

  private static Set<String> digests(Collected<Prediction> predictions) {
    Set<String> digests = new TreeSet<>();
    predictions.elements().forEach(one -> digests.add(one.getModel().digest()));
    return digests;
  }

  /** The files of the launched bundle with the fusion of another training. */
  private static Map<String, byte[]> retrained() {
    Map<String, byte[]> files = new TreeMap<>(TINY.files());
    Map<String, byte[]> other = TinyBundle.ofSeed(2).files();
    files.put("fusion.onnx", other.get("fusion.onnx"));
    files.put("golden/fusion.json", other.get("golden/fusion.json"));
    return files;
  }

  private static Scene scene(long second) {
    Instant start = Instant.ofEpochSecond(second);
    return Scene.of(
        "e",
        start,
        start.plusSeconds(10),
        Map.of("log", List.of(new Token("l1", start.plusSeconds(4), new float[] {0.3f, 0.1f}))));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + DEADLINE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("the deadline has passed").isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
