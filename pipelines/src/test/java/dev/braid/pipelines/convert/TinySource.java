package dev.braid.pipelines.convert;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Source files of all four modalities of the digits, with a few made-up items of each class. */
final class TinySource {
  private final Path directory;

  private TinySource(Path directory) {
    this.directory = directory;
  }

  /** {@code perClass} items of every class and modality; item {@code i} shows digit i mod 10. */
  static TinySource of(Path directory, int perClass) {
    return of(directory, perClass, perClass, perClass, perClass);
  }

  static TinySource of(Path directory, int images, int voices, int pens, int texts) {
    TinySource source = new TinySource(directory);
    source.images("tiny", images, 28);
    source.voices("fsdd_tiny.zip", voices);
    source.pens("pendigits-orig.tiny.unipen.gz", pens);
    source.texts("20news_tiny.jsonl.gz", texts);
    return source;
  }

  Path directory() {
    return directory;
  }

  /** An image of digit d is black but for row 2d and a pixel that says which item it is. */
  void images(String name, int perClass, int side) {
    int count = 10 * perClass;
    ByteArrayOutputStream images = new ByteArrayOutputStream();
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(images);
        DataOutputStream labelOut = new DataOutputStream(labels)) {
      out.writeInt(0x803);
      out.writeInt(count);
      out.writeInt(side);
      out.writeInt(side);
      labelOut.writeInt(0x801);
      labelOut.writeInt(count);
      for (int i = 0; i < count; i++) {
        for (int at = 0; at < side * side; at++) {
          boolean lit = at / side == 2 * (i % 10) || at == side * side - 1 - i / 10;
          out.writeByte(lit ? 200 : 0);
        }
        labelOut.writeByte(i % 10);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    gzip("image/" + name + "-images-idx3-ubyte.gz", images.toByteArray());
    gzip("image/" + name + "-labels-idx1-ubyte.gz", labels.toByteArray());
  }

  /** A clip of digit d is a tone of (d + 1) x 100 Hz. */
  void voices(String name, int perClass) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < 10 * perClass; i++) {
        short[] tone = new short[400 + i];
        for (int t = 0; t < tone.length; t++) {
          tone[t] = (short) (8_000 * Math.sin(2 * Math.PI * 100 * (i % 10 + 1) * t / 8_000));
        }
        zip.putNextEntry(new ZipEntry("%d_ann_%d.wav".formatted(i % 10, i / 10)));
        zip.write(FsddVoices.wav(tone));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write("audio/" + name, bytes.toByteArray());
  }

  /** A trajectory of two strokes, twenty points in all. */
  void pens(String name, int perClass) {
    StringBuilder text = new StringBuilder(".INCLUDE dene.doc\n.HIERARCHY DIGIT\n\n");
    for (int i = 0; i < 10 * perClass; i++) {
      text.append(".SEGMENT DIGIT %d-%d ? \"%d\"\n.COMMENT\n".formatted(i, i + 1, i % 10));
      for (int stroke = 0; stroke < 2; stroke++) {
        text.append(".PEN_DOWN\n");
        for (int p = 0; p < 10; p++) {
          text.append(" %d  %d\n".formatted(100 + 10 * p + i, 200 + 20 * stroke * p));
        }
        text.append(".PEN_UP\n.DT 100\n");
      }
    }
    gzip("sensor/" + name, text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Posts of twelve words each, in the group of their digit. */
  void texts(String name, int perClass) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 10 * perClass; i++) {
      lines.append(
          "{\"label\":\"%s\",\"id\":\"%d\",\"text\":\"post %d > w1 w2 w3 w4 w5 w6 w7 w8 w9 w10\"}\n"
              .formatted(NewsgroupPosts.GROUPS.get(i % 10), i, i));
    }
    gzip("text/" + name, lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  void gzip(String name, byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write(name, out.toByteArray());
  }

  void write(String name, byte[] bytes) {
    try {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void delete(String name) {
    try {
      Files.delete(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
