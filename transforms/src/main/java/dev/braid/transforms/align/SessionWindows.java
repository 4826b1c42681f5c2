package dev.braid.transforms.align;

import dev.braid.spec.WindowSpec;
import dev.braid.transforms.align.SceneBuilder.Built;
import dev.braid.transforms.featurize.Embedding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The sessions of an entity, one after the other. */
final class SessionWindows implements OrderedWindows {
  private final long gapMillis;
  private final SceneBuilder builder;
  private final List<Embedding> open;
  private Instant closed;

  SessionWindows(WindowSpec.Session spec, SceneBuilder builder, Kept kept) {
    this.gapMillis = spec.gapMillis();
    this.builder = builder;
    this.open = new ArrayList<>(kept.embeddings());
    this.closed = kept.closed();
  }

  @Override
  public Taken add(Embedding next, Consumer<Built> scenes) {
    if (next.getTime().isBefore(closed) || endsBeforeTheOpenOne(next)) {
      return Taken.TOO_LATE;
    }
    advance(next.getTime(), scenes);
    open.add(next);
    if (open.size() > 1 && EventTimeOrder.ORDER.compare(open.get(open.size() - 2), next) > 0) {
      open.sort(EventTimeOrder.ORDER); // It came behind the watermark, but into an open session.
    }
    return Taken.YES;
  }

  /** Its own session would be over before the open one begins, and others may have been part. */
  private boolean endsBeforeTheOpenOne(Embedding next) {
    return !open.isEmpty() && !next.getTime().plusMillis(gapMillis).isAfter(open.get(0).getTime());
  }

  @Override
  public void advance(Instant time, Consumer<Built> scenes) {
    if (!open.isEmpty() && !end().isAfter(time)) {
      scenes.accept(
          builder.build(open.get(0).getEntity(), open.get(0).getTime(), end(), List.copyOf(open)));
      closed = end();
      open.clear();
    }
  }

  @Override
  public Instant due() {
    return open.isEmpty() ? Instant.MAX : end();
  }

  private Instant end() {
    return open.get(open.size() - 1).getTime().plusMillis(gapMillis);
  }

  @Override
  public Kept kept() {
    return new Kept(0, closed, open);
  }
}
