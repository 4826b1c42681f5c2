package dev.braid.featurizer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** How often each text was seen, as bytes that depend on nothing else. */
final class TextCounts {
  private TextCounts() {}

  static void write(Map<String, Long> counts, DataOutput out) throws IOException {
    out.writeInt(counts.size());
    // Sorted: the order of a hash table depends on how it was filled.
    for (Map.Entry<String, Long> entry : new TreeMap<>(counts).entrySet()) {
      byte[] text = entry.getKey().getBytes(StandardCharsets.UTF_8);
      out.writeInt(text.length);
      out.write(text);
      out.writeLong(entry.getValue());
    }
  }

  static void read(DataInput in, Map<String, Long> counts) throws IOException {
    for (int left = in.readInt(); left > 0; left--) {
      byte[] text = new byte[in.readInt()];
      in.readFully(text);
      counts.put(new String(text, StandardCharsets.UTF_8), in.readLong());
    }
  }
}
