package dev.braid.transforms.align;

import dev.braid.spec.WindowSpec;
import dev.braid.transforms.align.SceneBuilder.Built;
import dev.braid.transforms.featurize.Embedding;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Cuts the embeddings of one entity, which come in {@link EventTimeOrder}, into scenes. Not safe
 * for several threads.
 */
interface OrderedWindows {
  /** What became of an embedding. */
  enum Taken {
    /** It is part of the windows. */
    YES,
    /** Left out, because one of those that are kept bears its id. */
    DUPLICATE,
    /** Left out, because it belongs into a scene, or before an observation, already answered. */
    TOO_LATE
  }

  /** Takes the next embedding and hands on the scenes that it completes. */
  Taken add(Embedding next, Consumer<Built> scenes);

  /** Hands on the scenes that are complete because nothing before {@code time} comes any more. */
  void advance(Instant time, Consumer<Built> scenes);

  /** When {@link #advance} has something to hand on; {@link Instant#MAX} for never. */
  Instant due();

  /** What is needed to go on later. */
  Kept kept();

  /** The windows of one entity, where they were left. */
  static OrderedWindows resume(WindowSpec spec, SceneBuilder builder, Kept kept) {
    if (spec instanceof WindowSpec.Count count) {
      return new CountWindows(count, builder, kept);
    } else if (spec instanceof WindowSpec.Session session) {
      return new SessionWindows(session, builder, kept);
    }
    throw new IllegalArgumentException("windows in time are cut in any order: " + spec.describe());
  }
}
