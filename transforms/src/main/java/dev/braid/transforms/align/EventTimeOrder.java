package dev.braid.transforms.align;

import dev.braid.transforms.featurize.Embedding;
import java.util.Arrays;
import java.util.Comparator;

/** One order of the embeddings of an entity on every runner: event time, then id, then the rest. */
final class EventTimeOrder {
  static final Comparator<Embedding> ORDER =
      Comparator.comparing(Embedding::getTime)
          .thenComparing(Embedding::getId)
          .thenComparing(Embedding::getModality)
          // Two that share all names but differ still need one order.
          .thenComparing(Embedding::getVector, Arrays::compare);

  private EventTimeOrder() {}
}
