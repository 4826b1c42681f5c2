package dev.braid.bench;

import dev.braid.observation.Observation;
import dev.braid.spec.WindowSpec;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * The input of windows that grow: the same steady observations of some entities, whatever the
 * windows are. Cut into blocks of some periods, which lie in memory only while they are made.
 *
 * @param periods of the windows that observations come in, a multiple of what a block has
 * @param shards among which the entities are divided
 */
record WindowLoad(int periods, int shards) implements Serializable {
  /** From the start of one window to that of the next. */
  static final Duration PERIOD = Duration.ofSeconds(4);

  /** Of the net whose encoder is asked. */
  static final Net NET = Net.SMALL;

  static final int ENTITIES = 16;

  /** Observations of an entity in a period. */
  static final int OBSERVATIONS = 4;

  /** Periods of a block. */
  static final int STRETCH = 4;

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** As many periods as have at least that many observations. */
  static WindowLoad of(long observations, int shards) {
    long block = (long) ENTITIES * OBSERVATIONS * STRETCH;
    long blocks = Math.max(1, (observations + block - 1) / block);
    return new WindowLoad(Math.toIntExact(blocks * STRETCH), shards);
  }

  /** Of every shard. */
  int blocks() {
    return periods / STRETCH;
  }

  long observations() {
    return (long) periods * OBSERVATIONS * ENTITIES;
  }

  /** Windows of that many periods that hold an observation, of all entities. */
  long windows(int ratio) {
    return (long) ENTITIES * (periods + ratio - 1);
  }

  /** Windows of that many periods. */
  static WindowSpec.Time window(int ratio) {
    return new WindowSpec.Time(PERIOD.multipliedBy(ratio), PERIOD, null);
  }

  /** When a block's first observation was made; none that follows is earlier. */
  static Instant begin(int block) {
    return START.plus(PERIOD.multipliedBy((long) block * STRETCH));
  }

  /** The observations of a block, in the order of time. */
  void forEach(int shard, int block, Consumer<Observation> out) {
    List<Observation> rows = Pool.rows(NET);
    Instant begin = begin(block);
    for (int i = 0; i < STRETCH * OBSERVATIONS; i++) {
      Instant time = begin.plus(PERIOD.multipliedBy(i).dividedBy(OBSERVATIONS));
      for (int entity = shard; entity < ENTITIES; entity += shards) {
        Observation row = rows.get((i * ENTITIES + entity) % rows.size());
        out.accept(
            Observation.of(
                "o" + block + "-" + i,
                "machine-" + entity,
                row.getModality(),
                time,
                row.getPayload()));
      }
    }
  }
}
