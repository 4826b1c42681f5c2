package dev.braid.transforms.align;

import dev.braid.spec.WindowSpec;
import dev.braid.transforms.align.SceneBuilder.Built;
import dev.braid.transforms.featurize.Embedding;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The last observations of an entity, each time that so many more have come. One that bears the
 * modality and id of one of the last {@code count} is a duplicate and is not counted.
 */
final class CountWindows implements OrderedWindows {
  private final int count;
  private final int every;
  private final SceneBuilder builder;
  private final ArrayDeque<Embedding> last;
  private final Set<Name> names = new HashSet<>();
  private long counted;

  private record Name(String modality, String id) {
    static Name of(Embedding embedding) {
      return new Name(embedding.getModality(), embedding.getId());
    }
  }

  CountWindows(WindowSpec.Count spec, SceneBuilder builder, Kept kept) {
    this.count = spec.count();
    this.every = spec.everyMany();
    this.builder = builder;
    this.last = new ArrayDeque<>(kept.embeddings());
    this.counted = kept.counted();
    last.forEach(embedding -> names.add(Name.of(embedding)));
  }

  @Override
  public Taken add(Embedding next, Consumer<Built> scenes) {
    if (names.contains(Name.of(next))) {
      return Taken.DUPLICATE;
    }
    if (!last.isEmpty() && EventTimeOrder.ORDER.compare(last.getLast(), next) > 0) {
      return Taken.TOO_LATE;
    }
    names.add(Name.of(next));
    last.addLast(next);
    if (last.size() > count) {
      names.remove(Name.of(last.removeFirst()));
    }
    counted++;
    if (counted % every == 0) {
      Built built =
          builder.build(
              next.getEntity(),
              last.getFirst().getTime(),
              next.getTime().plusMillis(1),
              List.copyOf(last));
      scenes.accept(built.with(built.scene().withOrdinal(counted)));
    }
    return Taken.YES;
  }

  /** A scene is complete with its last observation. */
  @Override
  public void advance(Instant time, Consumer<Built> scenes) {}

  @Override
  public Instant due() {
    return Instant.MAX;
  }

  @Override
  public Kept kept() {
    return new Kept(counted, Kept.NOTHING.closed(), List.copyOf(last));
  }
}
