package dev.braid.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class TokenOrderTest {
  private record Item(String id, Instant time) {}

  @Test
  void itemsAreSortedByTimeAndThenId() {
    assertThat(select(9, item("b", 2), item("c", 1), item("a", 2)))
        .containsExactly(item("c", 1), item("a", 2), item("b", 2));
  }

  @Test
  void ofSeveralWithOneIdTheLatestIsKept() {
    assertThat(select(9, item("a", 3), item("b", 2), item("a", 1)))
        .containsExactly(item("b", 2), item("a", 3));
  }

  @Test
  void ofTooManyTheLatestAreKept() {
    assertThat(select(2, item("a", 1), item("b", 3), item("c", 2)))
        .containsExactly(item("c", 2), item("b", 3));
  }

  @Test
  void aDuplicateTakesNoPlaceFromAnother() {
    assertThat(select(2, item("a", 1), item("b", 2), item("b", 3), item("b", 4)))
        .containsExactly(item("a", 1), item("b", 4));
  }

  @Property(tries = 500)
  void theAnswerDoesNotDependOnTheOrderOfArrival(
      @ForAll("items") List<Item> items,
      @ForAll @IntRange(min = 1, max = 8) int max,
      @ForAll long seed) {
    List<Item> shuffled = new ArrayList<>(items);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(TokenOrder.select(shuffled, Item::time, Item::id, max))
        .isEqualTo(TokenOrder.select(items, Item::time, Item::id, max))
        .hasSizeLessThanOrEqualTo(max)
        .doesNotHaveDuplicates();
  }

  @Provide
  Arbitrary<List<Item>> items() {
    return Combinators.combine(
            Arbitraries.of("a", "b", "c", "d", "e", "f"), Arbitraries.longs().between(0, 4))
        .as(TokenOrderTest::item)
        .list()
        .ofMaxSize(20);
  }

  private static List<Item> select(int max, Item... items) {
    return TokenOrder.select(List.of(items), Item::time, Item::id, max);
  }

  private static Item item(String id, long second) {
    return new Item(id, Instant.ofEpochSecond(second));
  }
}
