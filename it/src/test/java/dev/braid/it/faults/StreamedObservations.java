package dev.braid.it.faults;

import dev.braid.observation.Blobs;
import dev.braid.pipelines.analysis.Oracle;
import dev.braid.pipelines.analysis.SampleLines;
import dev.braid.serving.TinyBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A stream of observations about three presses, one partition for each, and what a run must make of
 * it. At its end every partition gets one observation of a far later time, which closes all windows
 * before it; the windows of those last ones never close.
 */
final class StreamedObservations {
  /** Partitions of the topic. */
  static final int PARTITIONS = 3;

  private final List<Keyed> all = new ArrayList<>();
  private final Map<String, Oracle.Expected> expected;

  /** One observation and the partition that it goes to. */
  record Keyed(int partition, String entity, String line) {}

  /**
   * @param count observations, besides the last ones
   * @param blobs the directory that references are read from
   */
  StreamedObservations(int count, Map<String, Integer> widths, Path blobs) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String line = SampleLines.observation(i);
      lines.add(line);
      all.add(new Keyed(i % PARTITIONS, "press-" + i % PARTITIONS, line));
    }
    Instant late = Instant.ofEpochMilli(-120_000L + 811L * count).plusSeconds(3_600);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      all.add(
          new Keyed(
              partition,
              "last-" + partition,
              SampleLines.log("last-" + partition, late.toString(), "noise")
                  .replace("\"entity\":\"e\"", "\"entity\":\"last-" + partition + "\"")));
    }
    TinyBundle tiny = TinyBundle.ofSeed(1);
    expected = new Oracle(tiny, tiny.spec(), widths, Blobs.below(blobs)).answer(lines);
  }

  /** In the order in which they are sent. */
  List<Keyed> all() {
    return all;
  }

  /** The answers by {@code entity|windowEnd}. */
  Map<String, Oracle.Expected> expected() {
    return expected;
  }
}
