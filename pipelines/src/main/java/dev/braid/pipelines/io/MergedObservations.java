package dev.braid.pipelines.io;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The lines of several files of observations, merged by event time; each file's own order is kept.
 * A line that is no observation comes right after the one before it. Not safe for several threads.
 */
public final class MergedObservations implements AutoCloseable {
  private final List<BufferedReader> readers = new ArrayList<>();
  private final PriorityQueue<Head> heads =
      new PriorityQueue<>(
          Comparator.comparing((Head head) -> head.line.time()).thenComparing(head -> head.file));

  /**
   * One line.
   *
   * @param text of the line
   * @param observation what it holds, null if it holds none
   * @param time the observation's, or that of the last one before it in its file
   */
  public record Line(String text, @Nullable Observation observation, Instant time) {}

  private record Head(int file, Line line) {}

  private MergedObservations() {}

  /**
   * Opens the files.
   *
   * @throws IOException if one cannot be read; the message names it
   */
  public static MergedObservations of(ObservationFiles files) throws IOException {
    MergedObservations merged = new MergedObservations();
    try {
      for (Path file : files.files()) {
        merged.readers.add(
            new BufferedReader(
                new InputStreamReader(LineBlocks.open(file), StandardCharsets.UTF_8)));
        merged.advance(merged.readers.size() - 1, Instant.MIN);
      }
    } catch (IOException | RuntimeException e) {
      merged.close();
      throw e;
    }
    return merged;
  }

  /** The next line, null if there is none. */
  public @Nullable Line next() throws IOException {
    Head head = heads.poll();
    if (head == null) {
      return null;
    }
    advance(head.file, head.line.time());
    return head.line;
  }

  private void advance(int file, Instant before) throws IOException {
    for (String text = readers.get(file).readLine();
        text != null;
        text = readers.get(file).readLine()) {
      if (!text.isBlank()) {
        heads.add(new Head(file, line(text, before)));
        return;
      }
    }
  }

  private static Line line(String text, Instant before) {
    try {
      Observation observation = ObservationJson.parse(text);
      return new Line(text, observation, observation.getTime());
    } catch (InvalidObservationException e) {
      // It is published too: what is wrong with it is said by whoever analyses it.
      return new Line(text, null, before);
    }
  }

  @Override
  public void close() throws IOException {
    for (BufferedReader reader : readers) {
      reader.close();
    }
  }
}
