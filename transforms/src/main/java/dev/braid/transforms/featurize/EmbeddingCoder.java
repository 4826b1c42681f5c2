package dev.braid.transforms.featurize;

import dev.braid.transforms.observation.LittleEndian;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Embeddings in their compact binary form. Deterministic; safe for several threads. */
public final class EmbeddingCoder extends AtomicCoder<Embedding> {
  private static final EmbeddingCoder INSTANCE = new EmbeddingCoder();

  private EmbeddingCoder() {}

  public static EmbeddingCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Embedding embedding, OutputStream out) throws IOException {
    LittleEndian.writeString(embedding.getEntity(), out);
    LittleEndian.writeString(embedding.getModality(), out);
    TokenForm.write(embedding.getToken(), out);
  }

  @Override
  public Embedding decode(InputStream in) throws IOException {
    return Embedding.of(
        LittleEndian.readString(in), LittleEndian.readString(in), TokenForm.read(in));
  }
}
