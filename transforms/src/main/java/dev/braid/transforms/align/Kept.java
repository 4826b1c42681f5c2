package dev.braid.transforms.align;

import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.featurize.EmbeddingCoder;
import dev.braid.transforms.observation.LittleEndian;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;

/**
 * What {@link OrderedWindows} keep of an entity from one observation to the next. Immutable.
 *
 * @param counted observations that were taken so far, where they are counted
 * @param closed what lies before it is answered for good
 * @param embeddings those that a later scene may hold, in {@link EventTimeOrder}
 */
record Kept(long counted, Instant closed, List<Embedding> embeddings) {
  /** Before the first observation. */
  static final Kept NOTHING = new Kept(0, Instant.ofEpochMilli(Long.MIN_VALUE), List.of());

  Kept {
    embeddings = List.copyOf(embeddings);
  }

  /** Its compact binary form. Deterministic; safe for several threads. */
  static final class Form extends AtomicCoder<Kept> {
    @Override
    public void encode(Kept kept, OutputStream out) throws IOException {
      LittleEndian.writeLong(kept.counted(), out);
      LittleEndian.writeInstant(kept.closed(), out);
      LittleEndian.writeInt(kept.embeddings().size(), out);
      for (Embedding embedding : kept.embeddings()) {
        EmbeddingCoder.of().encode(embedding, out);
      }
    }

    @Override
    public Kept decode(InputStream in) throws IOException {
      long counted = LittleEndian.readLong(in);
      Instant closed = LittleEndian.readInstant(in);
      int size = LittleEndian.readInt(in);
      List<Embedding> embeddings = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        embeddings.add(EmbeddingCoder.of().decode(in));
      }
      return new Kept(counted, closed, embeddings);
    }
  }
}
