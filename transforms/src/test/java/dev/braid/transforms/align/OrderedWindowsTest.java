package dev.braid.transforms.align;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.spec.WindowSpec;
import dev.braid.transforms.RoundTrip;
import dev.braid.transforms.align.OrderedWindows.Taken;
import dev.braid.transforms.featurize.Embedding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class OrderedWindowsTest {
  private static final SceneBuilder BUILDER = new SceneBuilder(Map.of("log", 32, "voice", 32));

  /** Where nothing comes behind the watermark, the order of arrival does not matter. */
  @Property(tries = 300)
  void releasesInAnyNumberGiveWhatOneOfAllGives(
      @ForAll("observations") List<Embedding> observations,
      @ForAll("windows") WindowSpec window,
      @ForAll("watermarks") List<Integer> watermarks) {
    observations.sort(EventTimeOrder.ORDER);

    assertThat(released(observations, window, watermarks))
        .isEqualTo(released(observations, window, List.of()));
  }

  @Property(tries = 300)
  void everyObservationOfASessionIsInExactlyOne(
      @ForAll("observations") List<Embedding> observations) {
    observations.sort(EventTimeOrder.ORDER);
    WindowSpec.Session session = new WindowSpec.Session(Duration.ofMillis(7));
    List<Scene> scenes = scenes(observations, session, List.of());
    for (Embedding observation : observations) {
      assertThat(scenes)
          .filteredOn(
              scene ->
                  !observation.getTime().isBefore(scene.getWindowStart())
                      && observation.getTime().isBefore(scene.getWindowEnd()))
          .hasSize(1);
    }
  }

  @Test
  void anIdThatComesAgainAfterManyOthersIsCountedAgain() {
    OrderedWindows windows =
        OrderedWindows.resume(new WindowSpec.Count(2, 1), BUILDER, Kept.NOTHING);
    List<Taken> taken = new ArrayList<>();
    for (String id : List.of("a", "a", "b", "a", "c", "a")) {
      taken.add(windows.add(embedding("log", id, taken.size()), scene -> {}));
    }

    assertThat(taken)
        .containsExactly(
            Taken.YES, Taken.DUPLICATE, Taken.YES, Taken.DUPLICATE, Taken.YES, Taken.YES);
  }

  @Test
  void whatIsKeptSurvivesTheTripToTheState() {
    Kept kept =
        new Kept(
            1L << 40,
            Instant.ofEpochMilli(-7),
            List.of(embedding("log", "a", -9), embedding("voice", "b", 3)));

    assertThat(RoundTrip.of(new Kept.Form(), kept)).usingRecursiveComparison().isEqualTo(kept);
    assertThat(RoundTrip.of(new Kept.Form(), Kept.NOTHING)).isEqualTo(Kept.NOTHING);
  }

  /** The scenes when the watermark stops at each of {@code watermarks} on its way. */
  private static List<Scene> scenes(
      List<Embedding> ordered, WindowSpec spec, List<Integer> watermarks) {
    List<Scene> scenes = new ArrayList<>();
    Kept kept = Kept.NOTHING;
    List<Instant> stops =
        new ArrayList<>(watermarks.stream().sorted().map(Instant::ofEpochMilli).toList());
    stops.add(Instant.MAX);
    int next = 0;
    for (Instant stop : stops) {
      OrderedWindows windows =
          OrderedWindows.resume(spec, BUILDER, RoundTrip.of(new Kept.Form(), kept));
      while (next < ordered.size() && ordered.get(next).getTime().isBefore(stop)) {
        assertThat(windows.add(ordered.get(next++), built -> scenes.add(built.scene())))
            .isNotEqualTo(Taken.TOO_LATE);
      }
      windows.advance(stop, built -> scenes.add(built.scene()));
      kept = windows.kept();
    }
    return scenes;
  }

  private static Map<String, String> released(
      List<Embedding> ordered, WindowSpec spec, List<Integer> watermarks) {
    Map<String, String> released = new TreeMap<>();
    for (Scene scene : scenes(ordered, spec, watermarks)) {
      assertThat(
              released.put(
                  scene.getOrdinal() + "|" + scene.getWindowEnd(), Alignment.describe(scene)))
          .isNull();
    }
    return released;
  }

  @Provide
  Arbitrary<List<Embedding>> observations() {
    return Combinators.combine(
            Arbitraries.of("log", "voice"),
            Arbitraries.of("a", "b", "c", "d", "e", "f", "g"),
            Arbitraries.integers().between(-50, 50))
        .as(OrderedWindowsTest::embedding)
        .list()
        .ofMinSize(1)
        .ofMaxSize(40)
        .map(ArrayList::new);
  }

  @Provide
  Arbitrary<WindowSpec> windows() {
    return Arbitraries.of(
        new WindowSpec.Count(1, 1),
        new WindowSpec.Count(5, 2),
        new WindowSpec.Count(4, 4),
        new WindowSpec.Session(Duration.ofMillis(1)),
        new WindowSpec.Session(Duration.ofMillis(6)));
  }

  @Provide
  Arbitrary<List<Integer>> watermarks() {
    return Arbitraries.integers().between(-60, 60).list().ofMaxSize(8);
  }

  private static Embedding embedding(String modality, String id, int millis) {
    return Embedding.of("e", modality, id, Instant.ofEpochMilli(millis), new float[] {millis});
  }
}
