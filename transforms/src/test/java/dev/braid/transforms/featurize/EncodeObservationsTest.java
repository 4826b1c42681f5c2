package dev.braid.transforms.featurize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.observation.Blobs;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.serving.TinyBundle;
import dev.braid.transforms.Collected;
import dev.braid.transforms.model.ServedBundle;
import dev.braid.transforms.observation.DeadLetter;
import dev.braid.transforms.observation.ObservationCoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.WithTimestamps;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.joda.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncodeObservationsTest {
  @TempDir private Path directory;
  private Bundle bundle;
  private Collected<Embedding> encoded;
  private Collected<BadRecord> failed;
  private PipelineResult result;

  @BeforeEach
  void writeBundle() {
    bundle = TinyBundle.write(directory.resolve("bundle"));
  }

  @Test
  void everyObservationIsEncodedAsByThePlainModel() throws Exception {
    Observation vibration =
        observation("v1", "vibration", 1, Payload.Samples.of(10, new float[][] {{1, 2}, {3, 4}}));
    Observation order = observation("r1", "order", 2, new Payload.Fields(Map.of("vendor", "B")));

    encode(List.of(vibration, order));

    assertThat(failed.elements()).isEmpty();
    assertThat(encoded.elements()).hasSize(2);
    for (Embedding embedding : encoded.elements()) {
      Observation observation = embedding.getModality().equals("order") ? order : vibration;
      assertThat(embedding.getId()).isEqualTo(observation.getId());
      assertThat(embedding.getEntity()).isEqualTo("e");
      assertThat(embedding.getTime()).isEqualTo(observation.getTime());
      assertThat(embedding.getVector())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(
              TinyBundle.ofSeed(1)
                  .models()
                  .encode(
                      observation.getModality(),
                      bundle
                          .featurizers()
                          .get(observation.getModality())
                          .featurize(observation.getPayload())));
    }
  }

  @Test
  void batchesFillAcrossWindowsAndEveryEmbeddingKeepsItsOwn() throws Exception {
    List<Observation> observations = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      // Backwards, so that a full batch leaves while a later element has an earlier timestamp too.
      observations.add(
          observation(
              "l" + i, "log", i % 2 == 0 ? 600 - i : i, new Payload.Text("noise " + i, "t")));
    }

    encode(observations);

    assertThat(encoded.items()).hasSize(600);
    assertThat(encoded.items())
        .allSatisfy(
            item -> {
              long millis = item.element().getTime().toEpochMilli();
              assertThat(item.timestamp().getMillis()).isEqualTo(millis);
              assertThat(((IntervalWindow) item.window()).start().getMillis()).isEqualTo(millis);
            });
    // 256 + 256 + 88 small rows, though there are 600 elements in more than 300 windows.
    assertThat(batches()).isEqualTo(3);
  }

  @Test
  void whatCannotBeReadIsADeadLetterAndItsNeighboursAreEncoded() throws Exception {
    Files.writeString(directory.resolve("secret.png"), "secret");
    Files.createDirectories(directory.resolve("input/blobs"));
    Files.write(directory.resolve("input/blobs/broken.png"), new byte[] {1, 2, 3});

    encode(
        List.of(
            observation("c1", "camera", 1, new Payload.Reference("../secret.png", "image/png")),
            observation("c2", "camera", 2, new Payload.Reference("blobs/broken.png", "image/png")),
            observation("c3", "camera", 3, new Payload.Reference("blobs/absent.png", "image/png")),
            observation("l1", "log", 4, new Payload.Text("noise", "text/plain"))));

    assertThat(encoded.elements()).extracting(Embedding::getId).containsExactly("l1");
    assertThat(failed.elements())
        .extracting(DeadLetter::fromBadRecord)
        .extracting(DeadLetter::getId, letter -> letter.getReason().replaceAll(" \\(.*", ""))
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(
                "c1", "'uri' leads out of the input's root: '../secret.png'"),
            org.assertj.core.groups.Tuple.tuple("c2", "not an image that can be read"),
            org.assertj.core.groups.Tuple.tuple("c3", "'uri' names no file: 'blobs/absent.png'"));
    DeadLetter letter = DeadLetter.fromBadRecord(failed.elements().get(0));
    assertThat(letter.getStep()).isEqualTo("EncodeObservations");
    assertThat(letter.getModelDigest()).isEqualTo(bundle.digest());
    assertThat(letter.getInput()).contains("\"uri\":");
  }

  private void encode(List<Observation> observations) {
    Pipeline pipeline = Pipeline.create();
    // One element that unfolds keeps all observations in one bundle.
    var encoding =
        pipeline
            .apply(Create.of(List.of(observations)).withCoder(ListCoder.of(ObservationCoder.of())))
            .apply(FlatMapElements.into(TypeDescriptor.of(Observation.class)).via(list -> list))
            .setCoder(ObservationCoder.of())
            .apply(
                WithTimestamps.of(
                    o -> org.joda.time.Instant.ofEpochMilli(o.getTime().toEpochMilli())))
            .setCoder(ObservationCoder.of())
            .apply(Window.into(FixedWindows.of(Duration.millis(1))))
            .apply(
                EncodeObservations.with(
                    ServedBundle.of(directory.resolve("bundle"), bundle),
                    Blobs.below(directory.resolve("input"))));
    encoded = Collected.of(encoding.output());
    failed = Collected.of(encoding.failures());
    result = pipeline.run();
    result.waitUntilFinish();
  }

  private long batches() {
    return result
        .metrics()
        .queryMetrics(
            MetricsFilter.builder()
                .addNameFilter(MetricNameFilter.named(EncodeObservations.class, "batchRows"))
                .build())
        .getDistributions()
        .iterator()
        .next()
        .getCommitted()
        .getCount();
  }

  private static Observation observation(String id, String modality, long millis, Payload payload) {
    return Observation.of(id, "e", modality, Instant.ofEpochMilli(millis), payload);
  }
}
