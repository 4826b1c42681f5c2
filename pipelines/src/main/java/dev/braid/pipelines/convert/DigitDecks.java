package dev.braid.pipelines.convert;

import dev.braid.dataset.Split;
import dev.braid.pipelines.simulate.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The items of every modality, from which the scenes of one split are dealt. An epoch of a class
 * ends when all items of its scarcest modality have been dealt; in one epoch no item is dealt
 * twice, and a modality with more items goes on with those that it has not dealt yet. Not safe for
 * several threads.
 */
final class DigitDecks {
  static final int CLASSES = 10;

  private final Map<String, List<Deck>> byModality = new LinkedHashMap<>();

  /** The items of one modality and class. */
  private static final class Deck {
    private final List<DigitItem<?>> all;
    private final Random random;
    private final List<DigitItem<?>> left = new ArrayList<>();
    private final Set<String> inEpoch = new HashSet<>();

    Deck(List<DigitItem<?>> all, Random random) {
      this.all = all;
      this.random = random;
    }

    boolean isSpent() {
      return inEpoch.size() == all.size();
    }

    DigitItem<?> deal() {
      if (left.isEmpty()) {
        left.addAll(all);
        left.removeIf(item -> inEpoch.contains(item.id()));
        Collections.shuffle(left, random);
      }
      DigitItem<?> item = left.remove(left.size() - 1);
      inEpoch.add(item.id());
      return item;
    }
  }

  /**
   * @param items by modality, the items of this split
   */
  DigitDecks(Map<String, List<DigitItem<?>>> items, long seed, Split split) {
    items.forEach(
        (modality, all) -> {
          List<Deck> decks = new ArrayList<>();
          for (int digit = 0; digit < CLASSES; digit++) {
            int wanted = digit;
            decks.add(
                new Deck(
                    all.stream().filter(item -> item.digit() == wanted).toList(),
                    SeededRandom.of(seed, "deck", split, modality, digit)));
          }
          byModality.put(modality, decks);
        });
  }

  /** Whether there is an item to deal. */
  boolean has(String modality, int digit) {
    return !decks(modality).get(digit).all.isEmpty();
  }

  /** The next item of a class; null if there is none at all. */
  @Nullable DigitItem<?> deal(String modality, int digit) {
    Deck deck = decks(modality).get(digit);
    if (deck.all.isEmpty()) {
      return null;
    }
    if (deck.isSpent()) {
      byModality.values().forEach(decks -> decks.get(digit).inEpoch.clear());
    }
    return deck.deal();
  }

  private List<Deck> decks(String modality) {
    List<Deck> decks = byModality.get(modality);
    if (decks == null) {
      throw new IllegalArgumentException("no modality '" + modality + "'");
    }
    return decks;
  }

  /**
   * Divides the items of one modality, class by class: of a shuffled class the first tenth is for
   * validation, the second for test (at least one item each where there are three), the rest for
   * training.
   */
  static Map<Split, List<DigitItem<?>>> divide(
      String modality, List<? extends DigitItem<?>> items, long seed) {
    Map<Integer, List<DigitItem<?>>> byDigit = new TreeMap<>();
    items.forEach(i -> byDigit.computeIfAbsent(i.digit(), d -> new ArrayList<>()).add(i));
    Map<Split, List<DigitItem<?>>> parts = new TreeMap<>();
    for (Split split : Split.values()) {
      parts.put(split, new ArrayList<>());
    }
    byDigit.forEach(
        (digit, all) -> {
          Collections.shuffle(all, SeededRandom.of(seed, "split", modality, digit));
          int held = all.size() < 3 ? 0 : Math.max(1, Math.round(all.size() * 0.1f));
          part(parts, Split.VALIDATION).addAll(all.subList(0, held));
          part(parts, Split.TEST).addAll(all.subList(held, 2 * held));
          part(parts, Split.TRAIN).addAll(all.subList(2 * held, all.size()));
        });
    return parts;
  }

  private static List<DigitItem<?>> part(Map<Split, List<DigitItem<?>>> parts, Split split) {
    return parts.computeIfAbsent(split, s -> new ArrayList<>());
  }
}
