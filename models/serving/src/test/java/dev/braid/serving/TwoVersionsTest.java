package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.tensor.TensorRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version with other encoders serves while the one before is still needed. */
final class TwoVersionsTest {
  private static final TinyBundle TINY = TinyBundle.ofSeed(1);
  private static final TinyBundle OTHER = TinyBundle.ofSeed(2);
  private static final TinyBundle REFITTED = TinyBundle.refittedOfSeed(2);

  @TempDir Path directory;
  private Bundle launched;

  @BeforeEach
  void launch() {
    launched = publish("v1", TINY, TINY.files());
  }

  @AfterEach
  void noServerIsLeftOpen() {
    assertThat(Leases.open()).isZero();
  }

  private Bundle publish(String name, TinyBundle version, Map<String, byte[]> files) {
    return version.write(directory.resolve(name), version.manifest("sha256:unknown"), files);
  }

  private LiveBundle open() {
    return open(ServingOptions.defaults());
  }

  /** In windows that hold an embedding for 20 s. */
  private LiveBundle open(ServingOptions options) {
    return LiveBundle.open(
        directory.resolve("v1"),
        launched.manifest(),
        WatchedPlace.of(directory),
        options,
        Duration.ofSeconds(20));
  }

  /** Two looks: the first one sees files that may still be written to. */
  private static void look(LiveBundle live) {
    live.look();
    live.look();
  }

  private static float[] vector(ModelServer server, List<TensorRow> rows) {
    RowResult<float[]> result = server.encode("camera", rows).get(0);
    assertThat(result).isInstanceOf(RowResult.Served.class);
    return ((RowResult.Served<float[]>) result).value();
  }

  @Test
  void aVersionWithOtherEncodersServesBesideTheOneBefore() {
    try (LiveBundle live = open()) {
      Generation old = live.share();
      assertThat(old.needsBefore(1_000_000, live.loaded().hold())).isFalse();
      Bundle newer = publish("v2", OTHER, OTHER.files());
      look(live);

      try (Generation renewed = live.renew(old)) {
        ModelServer now = renewed.server();
        ModelServer before = renewed.before();
        assertThat(now.digest()).isEqualTo(newer.digest());
        assertThat(before).isNotNull();
        assertThat(before.digest()).isEqualTo(launched.digest());
        List<TensorRow> rows =
            TinyBundle.rows(launched.manifest().encoders().get("camera").inputs(), 1);
        assertThat(vector(now, rows))
            .usingComparatorWithPrecision(1e-4f)
            .containsExactly(OTHER.models().encode("camera", rows.get(0)));
        assertThat(vector(before, rows))
            .usingComparatorWithPrecision(1e-4f)
            .containsExactly(TINY.models().encode("camera", rows.get(0)));
        assertThat(now.encoders().keySet()).isEqualTo(before.encoders().keySet()).hasSize(4);
        assertThat(now.encoders().values())
            .doesNotHaveDuplicates()
            .allMatch(number -> number > 0)
            .doesNotContainAnyElementsOf(before.encoders().values());
      }
    }
  }

  @Test
  void featurizersOfOtherDataComeWithTheEncodersThatWereTrainedOnTheirRows() {
    try (LiveBundle live = open()) {
      Bundle newer = publish("v2", REFITTED, REFITTED.files());
      look(live);

      try (Generation serving = live.share()) {
        ModelServer now = serving.server();
        assertThat(now.digest()).isEqualTo(newer.digest());
        // A vendor that was not there before makes the row longer.
        assertThat(now.featurizers().get("order").inputs().get(0).stride())
            .isEqualTo(1 + TINY.featurizers().get("order").inputs().get(0).stride());
      }
    }
  }

  @Test
  void theSameEncoderBehindAnotherFeaturizerIsAnotherOne() {
    Map<String, byte[]> files = new TreeMap<>(TINY.files());
    files.put("featurizers/log.json", REFITTED.files().get("featurizers/log.json"));
    try (LiveBundle live = open()) {
      publish("v2", TINY, files);
      look(live);

      try (Generation serving = live.share()) {
        Map<String, Integer> now = serving.server().encoders();
        ModelServer before = serving.before();
        assertThat(before).isNotNull();
        assertThat(now.get("log")).isNotEqualTo(before.encoders().get("log"));
        assertThat(now.get("camera")).isEqualTo(before.encoders().get("camera"));
      }
    }
  }

  @Test
  void observationsAreEncodedByBothUntilNoneLiesInAWindowWithOneThatOnlyTheOldHas() {
    Duration none = Duration.ZERO;
    Duration hold = Duration.ofSeconds(20);
    ModelServer.Lease first = ModelServer.lease(directory.resolve("v1"), ServingOptions.defaults());
    publish("v2", OTHER, OTHER.files());
    try (Generation old = Generation.first(first);
        Generation next =
            old.then(ModelServer.lease(directory.resolve("v2"), ServingOptions.defaults()))) {
      Map<String, Integer> third = Map.of("camera", 8);
      assertThat(old.needsBefore(100_000, hold)).isFalse();

      assertThat(next.needsBefore(100_000, none)).isFalse();
      assertThat(next.needsBefore(99_999, none)).isTrue();
      assertThat(next.needsBefore(200_000, hold)).as("by the clock").isTrue();
      assertThat(next.mustFinish(third, hold)).isTrue();
      assertThat(next.mustFinish(third, none)).isFalse();
      assertThat(next.mustFinish(old.server().encoders(), hold))
          .as("back to the old one")
          .isFalse();

      assertThat(old.needsBefore(300_000, none)).as("a worker that has not gone over").isFalse();
      assertThat(next.needsBefore(299_999, none)).isTrue();
      assertThat(next.mustFinish(third, none)).isTrue();
    }
  }

  @Test
  void aSensorWhoseClockIsYearsAheadHoldsNoVersionForYears() {
    Duration none = Duration.ZERO;
    long now = System.currentTimeMillis();
    long year = Duration.ofDays(365).toMillis();
    publish("v2", OTHER, OTHER.files());
    try (Generation old =
            Generation.first(
                ModelServer.lease(directory.resolve("v1"), ServingOptions.defaults()));
        Generation next =
            old.then(ModelServer.lease(directory.resolve("v2"), ServingOptions.defaults()))) {
      assertThat(old.needsBefore(now + 70 * year, none)).isFalse();

      assertThat(next.needsBefore(now - 1, none)).isTrue();
      assertThat(next.needsBefore(now + year, none)).isFalse();
      assertThat(next.mustFinish(Map.of("camera", 8), none)).isFalse();
    }
  }

  @Test
  void aThirdVersionWithOtherEncodersWaitsAndTheFirstOneComesBackAtOnce() {
    TinyBundle third = TinyBundle.ofSeed(3);
    try (LiveBundle live = open()) {
      Bundle second = publish("v2", OTHER, OTHER.files());
      look(live);
      publish("v3", third, third.files());
      look(live);
      look(live);

      try (Generation serving = live.share()) {
        assertThat(serving.server().digest()).isEqualTo(second.digest());
      }
      assertThat(live.loaded().refusals()).isZero();

      Map<String, byte[]> files = new TreeMap<>(TINY.files());
      files.put("fusion.onnx", OTHER.files().get("fusion.onnx"));
      files.put("golden/fusion.json", OTHER.files().get("golden/fusion.json"));
      Bundle back = publish("v4", TINY, files);
      look(live);

      try (Generation serving = live.share()) {
        assertThat(serving.server().digest()).isEqualTo(back.digest());
        ModelServer before = serving.before();
        assertThat(before).isNotNull();
        assertThat(before.digest()).isEqualTo(second.digest());
      }
      assertThat(live.loaded().swaps()).isEqualTo(2);
    }
  }

  @Test
  void twoVersionsThatAreTooLargeTogetherAreNotServedTogether() {
    long bytes = ModelServer.modelBytes(launched);
    ServingOptions options = ServingOptions.defaults().withMaxModelBytes(2 * bytes - 1);
    try (LiveBundle live = open(options)) {
      publish("v2", OTHER, OTHER.files());
      look(live);

      assertThat(live.loaded().lastRefusal())
          .isEqualTo(
              "bundle %s: its models and those of the version with other encoders beside it have %,d"
                  + " bytes together, but a server loads at most %,d; compress it",
              directory.resolve("v2"), 2 * bytes, 2 * bytes - 1);
      try (Generation serving = live.share()) {
        assertThat(serving.server().digest()).isEqualTo(launched.digest());
      }
    }
  }

  @Test
  void aWorkerThatStartsLaterServesTheVersionBeforeBesideTheNewest() {
    Bundle newer = publish("v2", OTHER, OTHER.files());
    try (LiveBundle live = open();
        Generation serving = live.share()) {
      assertThat(serving.server().digest()).isEqualTo(newer.digest());
      ModelServer before = serving.before();
      assertThat(before).isNotNull();
      assertThat(before.digest()).isEqualTo(launched.digest());
      assertThat(serving.needsBefore(5_000, live.loaded().hold())).isTrue();
    }
  }
}
