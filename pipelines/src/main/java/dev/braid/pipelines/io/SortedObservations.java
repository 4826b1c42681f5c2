package dev.braid.pipelines.io;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The lines of files of observations in the order of event time, those of one time in the order of
 * the files. A line that is no observation comes where the one before it in its file stands. What
 * does not fit into memory waits in temporary files. Not safe for several threads.
 */
public final class SortedObservations implements AutoCloseable {
  /** Characters that are sorted in memory at once. */
  private static final long RUN_CHARS = 32L * 1024 * 1024;

  private final List<Path> runs = new ArrayList<>();
  private final List<BufferedReader> readers = new ArrayList<>();
  private final PriorityQueue<Head> heads =
      new PriorityQueue<>(
          Comparator.comparingLong((Head head) -> head.line.millis())
              .thenComparing(head -> head.run));

  /**
   * One line.
   *
   * @param text of the line
   * @param observation what it holds, null if it holds none
   * @param time the observation's, or that of the last one before it in its file
   */
  public record Line(String text, @Nullable Observation observation, Instant time) {}

  private record Timed(long millis, String text) {}

  private record Head(int run, Timed line) {}

  private SortedObservations() {}

  /**
   * Sorts the files.
   *
   * @throws IOException if one cannot be read, or there is no room for temporary files
   */
  public static SortedObservations of(ObservationFiles files) throws IOException {
    return of(files, RUN_CHARS);
  }

  static SortedObservations of(ObservationFiles files, long runChars) throws IOException {
    SortedObservations sorted = new SortedObservations();
    try {
      sorted.sort(files, runChars);
      for (Path run : sorted.runs) {
        sorted.readers.add(Files.newBufferedReader(run));
        sorted.advance(sorted.readers.size() - 1);
      }
      return sorted;
    } catch (IOException | RuntimeException e) {
      sorted.close();
      throw e;
    }
  }

  /** The temporary files. */
  List<Path> runs() {
    return List.copyOf(runs);
  }

  /** The next line, null if there is none. */
  public @Nullable Line next() throws IOException {
    Head head = heads.poll();
    if (head == null) {
      return null;
    }
    advance(head.run);
    Timed line = head.line;
    return new Line(line.text, observation(line.text), Instant.ofEpochMilli(line.millis));
  }

  private void sort(ObservationFiles files, long runChars) throws IOException {
    List<Timed> run = new ArrayList<>();
    long chars = 0;
    for (Path file : files.files()) {
      long millis = Long.MIN_VALUE;
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(LineBlocks.open(file), StandardCharsets.UTF_8))) {
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
          if (text.isBlank()) {
            continue;
          }
          Observation observation = observation(text);
          millis = observation == null ? millis : observation.getTime().toEpochMilli();
          run.add(new Timed(millis, text));
          chars += text.length();
          if (chars >= runChars) {
            write(run);
            run.clear();
            chars = 0;
          }
        }
      }
    }
    write(run);
  }

  private void write(List<Timed> run) throws IOException {
    run.sort(Comparator.comparingLong(Timed::millis));
    Path file = Files.createTempFile("braid-sorted", ".tsv");
    runs.add(file);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (Timed line : run) {
        out.write(line.millis + "\t" + line.text + "\n");
      }
    }
  }

  private void advance(int run) throws IOException {
    String line = readers.get(run).readLine();
    if (line != null) {
      int tab = line.indexOf('\t');
      heads.add(
          new Head(run, new Timed(Long.parseLong(line, 0, tab, 10), line.substring(tab + 1))));
    }
  }

  private static @Nullable Observation observation(String text) {
    try {
      return ObservationJson.parse(text);
    } catch (InvalidObservationException e) {
      // It is published too: what is wrong with it is said by whoever analyses it.
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    for (BufferedReader reader : readers) {
      reader.close();
    }
    for (Path run : runs) {
      Files.deleteIfExists(run);
    }
  }
}
