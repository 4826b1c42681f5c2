package dev.braid.transforms.align;

import dev.braid.transforms.observation.LittleEndian;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.AtomicCoder;

/** The slices of some entities, by where they begin. Not safe for several threads. */
final class SlicesByEntity {
  private final TreeMap<String, TreeMap<Long, Slice>> entities = new TreeMap<>();

  /** The slice that begins there, which is made if it is not there. */
  Slice slice(String entity, long start) {
    return entities
        .computeIfAbsent(entity, e -> new TreeMap<>())
        .computeIfAbsent(start, s -> new Slice());
  }

  /** Sorted by entity. */
  TreeMap<String, TreeMap<Long, Slice>> entities() {
    return entities;
  }

  /** Its compact binary form. Deterministic; safe for several threads. */
  static final class Form extends AtomicCoder<SlicesByEntity> {
    private static final Form INSTANCE = new Form();

    private Form() {}

    static Form of() {
      return INSTANCE;
    }

    @Override
    public void encode(SlicesByEntity slices, OutputStream out) throws IOException {
      LittleEndian.writeInt(slices.entities.size(), out);
      for (Map.Entry<String, TreeMap<Long, Slice>> entity : slices.entities.entrySet()) {
        LittleEndian.writeString(entity.getKey(), out);
        LittleEndian.writeInt(entity.getValue().size(), out);
        for (Map.Entry<Long, Slice> slice : entity.getValue().entrySet()) {
          LittleEndian.writeLong(slice.getKey(), out);
          Slice.Form.of().encode(slice.getValue(), out);
        }
      }
    }

    @Override
    public SlicesByEntity decode(InputStream in) throws IOException {
      SlicesByEntity slices = new SlicesByEntity();
      int entities = LittleEndian.readInt(in);
      for (int i = 0; i < entities; i++) {
        TreeMap<Long, Slice> ofEntity = new TreeMap<>();
        slices.entities.put(LittleEndian.readString(in), ofEntity);
        int count = LittleEndian.readInt(in);
        for (int j = 0; j < count; j++) {
          ofEntity.put(LittleEndian.readLong(in), Slice.Form.of().decode(in));
        }
      }
      return slices;
    }
  }
}
