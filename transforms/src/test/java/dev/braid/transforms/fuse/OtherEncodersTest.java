package dev.braid.transforms.fuse;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.observation.Blobs;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.scene.Answer;
import dev.braid.scene.FusionOutputs;
import dev.braid.scene.SceneTensors;
import dev.braid.scene.Token;
import dev.braid.serving.ModelServer;
import dev.braid.serving.TinyBundle;
import dev.braid.transforms.Collected;
import dev.braid.transforms.align.AlignModalities;
import dev.braid.transforms.align.Scene;
import dev.braid.transforms.align.SceneCoder;
import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.featurize.EmbeddingCoder;
import dev.braid.transforms.featurize.EncodeObservations;
import dev.braid.transforms.model.ServedBundle;
import dev.braid.transforms.model.Watched;
import dev.braid.transforms.observation.DeadLetter;
import dev.braid.transforms.observation.ObservationCoder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.values.TimestampedValue;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A version with other encoders takes the place of one whose embeddings the windows hold. */
class OtherEncodersTest {
  private static final TinyBundle OLD = TinyBundle.ofSeed(1);
  private static final TinyBundle NEW = TinyBundle.refittedOfSeed(2);
  private static final float[] BY_OLD = {0.3f, 0.1f};
  private static final float[] BY_NEW = {-0.2f, 0.4f};

  @TempDir private Path directory;
  private Bundle launched;
  private Bundle newer;
  private ServedBundle served;
  private Map<String, Integer> oldEncoders;
  private Map<String, Integer> newEncoders;

  @BeforeEach
  void putTheNewerVersionBesideTheOneThatWasLaunched() {
    launched = OLD.write(directory.resolve("v1"), OLD.manifest("sha256:unknown"), OLD.files());
    newer = NEW.write(directory.resolve("v2"), NEW.manifest("sha256:unknown"), NEW.files());
    served =
        ServedBundle.of(directory.resolve("v1"), launched)
            .withWatched(Watched.of(directory), OLD.spec());
    try (ModelServer.Lease lease = served.lease()) {
      oldEncoders = requireNonNull(lease.before()).encoders();
      newEncoders = lease.server().encoders();
    }
  }

  private Embedding log(String entity, int second, boolean old, boolean now) {
    Map<Integer, float[]> embeddings = new TreeMap<>();
    if (old) {
      embeddings.put(oldEncoders.get("log"), BY_OLD);
    }
    if (now) {
      embeddings.put(newEncoders.get("log"), BY_NEW);
    }
    return Embedding.of(
        entity, "log", Token.of("o" + second, Instant.ofEpochSecond(second), embeddings));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSceneIsAnsweredByTheNewestVersionThatHasAllOfItAndNoneByAMix(boolean slices) {
    TestStream.Builder<Embedding> stream = TestStream.create(EmbeddingCoder.of());
    for (Embedding one :
        List.of(
            log("old", 1, true, false),
            log("old", 2, true, false),
            log("swap", 1, true, false),
            log("swap", 2, true, true),
            log("two workers", 1, true, true),
            log("two workers", 2, false, true),
            log("both", 1, true, true),
            log("both", 2, true, true),
            log("new", 1, false, true),
            log("apart", 1, true, false),
            log("apart", 2, false, true))) {
      stream =
          stream.addElements(
              TimestampedValue.of(
                  one, org.joda.time.Instant.ofEpochMilli(one.getTime().toEpochMilli())));
    }
    Pipeline pipeline = Pipeline.create();
    AlignModalities align = AlignModalities.in(OLD.spec());
    var fused =
        pipeline
            .apply(stream.advanceWatermarkToInfinity())
            .apply(slices ? align.withSlices() : align)
            .output()
            .apply(FuseModalities.with(served));
    Collected<Prediction> predictions = Collected.of(fused.output());
    Collected<BadRecord> failed = Collected.of(fused.failures());
    pipeline.run().waitUntilFinish();

    assertThat(predictions.elements())
        .filteredOn(one -> one.getWindowStart().equals(Instant.EPOCH))
        .extracting(Prediction::getEntity, one -> one.getModel().digest())
        .containsExactlyInAnyOrder(
            Tuple.tuple("old", launched.digest()),
            Tuple.tuple("swap", launched.digest()),
            Tuple.tuple("two workers", newer.digest()),
            Tuple.tuple("both", newer.digest()),
            Tuple.tuple("new", newer.digest()));
    for (Prediction prediction : predictions.elements()) {
      boolean byOld = prediction.getModel().digest().equals(launched.digest());
      assertAnsweredAsIfThereWereNoOther(prediction, byOld ? OLD : NEW, byOld ? BY_OLD : BY_NEW);
    }
    assertThat(failed.elements())
        .map(DeadLetter::fromBadRecord)
        .allSatisfy(letter -> assertThat(letter.getEntity()).isEqualTo("apart"))
        .extracting(DeadLetter::getReason)
        .hasSize(2)
        .allSatisfy(
            reason ->
                assertThat(reason)
                    .contains("of its 2 observations the encoders of tiny@")
                    .contains("have encoded 1, those of tiny@")
                    .endsWith("it was cut while one version took the place of another"));
  }

  private void assertAnsweredAsIfThereWereNoOther(
      Prediction prediction, TinyBundle by, float[] vector) {
    List<Token> tokens = new ArrayList<>();
    int last = List.of("new").contains(prediction.getEntity()) ? 1 : 2;
    for (int second = 1; second <= last; second++) {
      tokens.add(new Token("o" + second, Instant.ofEpochSecond(second), vector));
    }
    Answer right =
        new FusionOutputs(by.spec())
            .decode(
                by.models()
                    .fuse(
                        new SceneTensors(by.spec(), launched.widths())
                            .row(
                                prediction.getWindowStart(),
                                prediction.getWindowEnd(),
                                Map.of("log", tokens))));
    assertThat(prediction.getAnswer())
        .usingRecursiveComparison()
        .withEqualsForType((a, b) -> Math.abs(a - b) <= 1e-4f, Float.class)
        .isEqualTo(right);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"modality\":\"order\",\"record\":{\"age_days\":7,\"vendor\":\"C\"}",
        "\"modality\":\"log\",\"text\":\"a fan and a hot pump, noise and a leak\""
      })
  void anObservationIsEncodedOnceByEachVersionBehindItsOwnFeaturizer(String payload)
      throws Exception {
    Observation observation =
        ObservationJson.parse(
            "{\"id\":\"o1\",\"entity\":\"e\",\"time\":\"1970-01-01T00:00:01Z\",%s}"
                .formatted(payload));
    Pipeline pipeline = Pipeline.create();
    Collected<Embedding> embeddings =
        Collected.of(
            pipeline
                .apply(Create.of(observation).withCoder(ObservationCoder.of()))
                .apply(EncodeObservations.with(served, Blobs.none()))
                .output());
    pipeline.run().waitUntilFinish();

    assertThat(embeddings.elements()).hasSize(1);
    Token token = embeddings.elements().get(0).getToken();
    String modality = observation.getModality();
    assertThat(token.others()).hasSize(1);
    assertThat(token.by(oldEncoders.get(modality)).embedding())
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(encoded(OLD, observation));
    assertThat(token.by(newEncoders.get(modality)).embedding())
        .usingComparatorWithPrecision(1e-4f)
        .containsExactly(encoded(NEW, observation));
  }

  private static float[] encoded(TinyBundle by, Observation observation) throws Exception {
    String modality = observation.getModality();
    return by.models()
        .encode(modality, by.featurizers().get(modality).featurize(observation.getPayload()));
  }

  @Test
  void aRunThatGoesOnWithTheStateOfAnotherBundleAnswersNoneOfItsEmbeddings() {
    Pipeline pipeline = Pipeline.create();
    var fused =
        pipeline
            .apply(
                Create.of(
                        scene("old", log("old", 1, true, false)),
                        scene("new", log("new", 1, false, true)))
                    .withCoder(SceneCoder.of()))
            .apply(FuseModalities.with(ServedBundle.of(directory.resolve("v2"), newer)));
    Collected<Prediction> predictions = Collected.of(fused.output());
    Collected<BadRecord> failed = Collected.of(fused.failures());
    pipeline.run().waitUntilFinish();

    assertThat(predictions.elements()).extracting(Prediction::getEntity).containsExactly("new");
    assertThat(failed.elements())
        .map(DeadLetter::fromBadRecord)
        .extracting(DeadLetter::getEntity, DeadLetter::getReason)
        .containsExactly(
            Tuple.tuple(
                "old",
                ("scene from 1970-01-01T00:00:00Z to 1970-01-01T00:00:10Z: of its 1 observations the"
                        + " encoders of %s have encoded 0, and no other version serves here; it was cut"
                        + " while one version took the place of another")
                    .formatted(brief(newer))));
  }

  private static String brief(Bundle bundle) {
    return new Prediction.Model("tiny", bundle.digest(), "cpu", "fp32").brief();
  }

  private static Scene scene(String entity, Embedding log) {
    return Scene.of(
        entity, Instant.EPOCH, Instant.ofEpochSecond(10), Map.of("log", List.of(log.getToken())));
  }

  @Test
  void whoeverEncodedAnObservationNoRowIsOfSeveralVersions() {
    Random random = new Random(5);
    try (ModelServer.Lease lease = served.lease()) {
      SceneFusion fusion = new SceneFusion(lease);
      int refused = 0;
      for (int i = 0; i < 500; i++) {
        List<Token> tokens = new ArrayList<>();
        boolean old = true;
        boolean now = true;
        for (int o = 0; o <= random.nextInt(4); o++) {
          int by = 1 + random.nextInt(3);
          old &= by != 2;
          now &= by != 1;
          tokens.add(log("e", o, by != 2, by != 1).getToken());
        }
        var scene = Scene.of("e", Instant.EPOCH, Instant.ofEpochSecond(10), Map.of("log", tokens));
        float[] wanted = now ? BY_NEW : BY_OLD;
        try {
          float[] values = fusion.row(scene).floats(3);
          assertThat(old || now).isTrue();
          for (int v = 0; v < values.length; v++) {
            assertThat(values[v]).isEqualTo(wanted[v % 2]);
          }
          assertThat(fusion.model(scene))
              .isEqualTo(now ? "fusion" : "fusion of the version before");
        } catch (InvalidObservationException e) {
          assertThat(old || now).isFalse();
          refused++;
        }
      }
      assertThat(refused).isBetween(50, 450);
    }
  }
}
