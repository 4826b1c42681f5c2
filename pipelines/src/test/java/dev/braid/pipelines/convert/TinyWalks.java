package dev.braid.pipelines.convert;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A made-up archive of the phone and watch data set: entries by name. */
final class TinyWalks {
  static final String HEADER = "x_acc,y_acc,z_acc,x_gyro,y_gyro,z_gyro,timestamp,label\n";

  /** A whole number of periods since the epoch. */
  static final long BEGIN = 1_657_533_977_000L;

  private final Map<String, String> entries = new LinkedHashMap<>();

  /**
   * {@code subjects} subjects with one walk each of four seconds: two seated, two walking. The
   * first axis holds the milliseconds since the beginning.
   */
  static TinyWalks of(int subjects) {
    TinyWalks walks = new TinyWalks();
    StringBuilder info =
        new StringBuilder("subject_id,age,gender,height,weight,dominant_hand,executions\n");
    for (int s = 1; s <= subjects; s++) {
      info.append("s%02d,%d,F,170,60,R,1\n".formatted(s, 30 + s));
      for (String device : new String[] {"sp", "sw"}) {
        StringBuilder rows = new StringBuilder(HEADER);
        for (int at = 0; at < 4_010; at += 10) {
          rows.append(
              "%d,1,2,3,4,5,%d,%s\n".formatted(at, BEGIN + at, at < 2_000 ? "SEATED" : "WALKING"));
        }
        walks.entries.put("s%02d/s%02d_01_%s.csv".formatted(s, s, device), rows.toString());
      }
    }
    walks.entries.put("subjects_info.csv", info.toString());
    return walks;
  }

  TinyWalks with(String entry, String text) {
    entries.put(entry, text);
    return this;
  }

  TinyWalks without(String entry) {
    entries.remove(entry);
    return this;
  }

  void write(Path directory) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      Files.createDirectories(directory.resolve("sensor"));
      Files.write(directory.resolve("sensor/spsw_har_tiny.zip"), out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
