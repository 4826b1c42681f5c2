package dev.braid.transforms.align;

import dev.braid.scene.NewestTokens;
import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.observation.LittleEndian;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.AtomicCoder;

/**
 * What a scene may need of the embeddings of one entity in a stretch of time: of each modality the
 * tokens that the cap allows, however many there were. Slices add up in any order. Not safe for
 * several threads.
 */
final class Slice {
  private final TreeMap<String, NewestTokens> modalities = new TreeMap<>();

  /** Adds one; {@code caps} are the most tokens to keep, by modality. */
  void add(Embedding embedding, Map<String, Integer> caps) {
    Integer cap = caps.get(embedding.getModality());
    if (cap != null) {
      modalities
          .computeIfAbsent(embedding.getModality(), m -> new NewestTokens(cap))
          .add(embedding.getToken());
    }
  }

  /** Another one with the same in it. */
  Slice copy() {
    Slice copy = new Slice();
    modalities.forEach((modality, tokens) -> copy.modalities.put(modality, tokens.copy()));
    return copy;
  }

  /** Adds all of another slice, which stays as it is. */
  void add(Slice other, Map<String, Integer> caps) {
    other.modalities.forEach(
        (modality, tokens) -> {
          Integer cap = caps.get(modality);
          if (cap != null) {
            modalities.computeIfAbsent(modality, m -> new NewestTokens(cap)).add(tokens);
          }
        });
  }

  /** The tokens by modality, of those that have any. */
  Map<String, NewestTokens> modalities() {
    return modalities;
  }

  /** Its compact binary form. Deterministic; safe for several threads. */
  static final class Form extends AtomicCoder<Slice> {
    private static final Form INSTANCE = new Form();

    private Form() {}

    static Form of() {
      return INSTANCE;
    }

    @Override
    public void encode(Slice slice, OutputStream out) throws IOException {
      LittleEndian.writeInt(slice.modalities.size(), out);
      for (Map.Entry<String, NewestTokens> modality : slice.modalities.entrySet()) {
        NewestTokens tokens = modality.getValue();
        LittleEndian.writeString(modality.getKey(), out);
        LittleEndian.writeInt(tokens.cap(), out);
        LittleEndian.writeLong(tokens.given(), out);
        out.write(tokens.overflowed() ? 1 : 0);
        SceneCoder.writeTokens(tokens.kept(), out);
      }
    }

    @Override
    public Slice decode(InputStream in) throws IOException {
      Slice slice = new Slice();
      int modalities = LittleEndian.readInt(in);
      for (int i = 0; i < modalities; i++) {
        String modality = LittleEndian.readString(in);
        int cap = LittleEndian.readInt(in);
        long given = LittleEndian.readLong(in);
        boolean overflowed = in.read() == 1;
        slice.modalities.put(
            modality, NewestTokens.of(cap, SceneCoder.readTokens(in), given, overflowed));
      }
      return slice;
    }
  }
}
