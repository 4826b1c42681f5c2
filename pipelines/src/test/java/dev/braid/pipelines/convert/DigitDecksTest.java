package dev.braid.pipelines.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.dataset.Split;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class DigitDecksTest {
  private static List<DigitItem<?>> items(String modality, int perClass) {
    List<DigitItem<?>> items = new ArrayList<>();
    for (int i = 0; i < 10 * perClass; i++) {
      items.add(new DigitItem<>(modality + i, i % 10, i));
    }
    return items;
  }

  @Test
  void inAPassOverTheScarcestModalityNoItemIsDealtTwice() {
    DigitDecks decks =
        new DigitDecks(Map.of("many", items("many", 50), "few", items("few", 7)), 1, Split.TRAIN);

    for (int pass = 0; pass < 100; pass++) {
      Set<String> few = new HashSet<>();
      Set<String> many = new HashSet<>();
      for (int draw = 0; draw < 7; draw++) {
        few.add(decks.deal("few", 4).id());
        many.add(decks.deal("many", 4).id());
      }
      assertThat(few).hasSize(7);
      assertThat(many).hasSize(7);
    }
  }

  @Test
  void aModalityWithMoreItemsGoesOnWithThoseThatItHasNotDealt() {
    DigitDecks decks =
        new DigitDecks(Map.of("many", items("many", 50), "few", items("few", 7)), 1, Split.TRAIN);
    Set<String> many = new HashSet<>();

    for (int draw = 0; draw < 50; draw++) {
      decks.deal("few", 4);
      many.add(decks.deal("many", 4).id());
    }

    assertThat(many).hasSize(50);
  }

  @Test
  void aClassWithoutItemsDealsNothing() {
    DigitDecks decks =
        new DigitDecks(
            Map.of("few", List.<DigitItem<?>>of(new DigitItem<>("a", 3, 0))), 1, Split.TRAIN);

    assertThat(decks.has("few", 3)).isTrue();
    assertThat(decks.has("few", 4)).isFalse();
    assertThat(decks.deal("few", 4)).isNull();
  }

  @Test
  void everyClassIsDividedEightyTenTen() {
    Map<Split, List<DigitItem<?>>> parts = DigitDecks.divide("few", items("few", 20), 1);

    parts.forEach(
        (split, part) -> {
          Map<Integer, Integer> counts = new TreeMap<>();
          part.forEach(item -> counts.merge(item.digit(), 1, Integer::sum));
          assertThat(counts).hasSize(10);
          assertThat(counts.values()).containsOnly(split == Split.TRAIN ? 16 : 2);
        });
  }

  @Test
  void ofThreeItemsEveryPartHasOne() {
    DigitDecks.divide("few", items("few", 3), 1)
        .forEach((split, part) -> assertThat(part).hasSize(10));
  }

  @Test
  void theSeedDecidesWhichItemsAreHeldOut() {
    assertThat(DigitDecks.divide("few", items("few", 20), 1))
        .isEqualTo(DigitDecks.divide("few", items("few", 20), 1))
        .isNotEqualTo(DigitDecks.divide("few", items("few", 20), 2));
  }
}
