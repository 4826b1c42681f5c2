package dev.braid.pipelines.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.analysis.SampleLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortedObservationsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 300, 1_000_000}) // A run for each line, for a few, for all.
  void linesComeInTheOrderOfEventTimeWhateverTheFilesOrderIs(long runChars) throws Exception {
    Files.write(
        directory.resolve("a.jsonl"),
        List.of(
            SampleLines.log("a1", "2026-01-01T00:00:05Z", "five"),
            SampleLines.log("a2", "1969-12-31T23:59:59Z", "before"),
            "no\tobservation",
            SampleLines.log("a3", "2026-01-01T00:00:03Z", "three")));
    Files.write(
        directory.resolve("b.jsonl.gz"),
        SampleLines.gzip(
            List.of(
                SampleLines.log("b1", "2026-01-01T00:00:04Z", "four"),
                SampleLines.log("b2", "2026-01-01T00:00:03Z", "three too"))));

    List<String> read = new ArrayList<>();
    try (SortedObservations sorted =
        SortedObservations.of(ObservationFiles.below(directory), runChars)) {
      for (var line = sorted.next(); line != null; line = sorted.next()) {
        read.add(line.observation() == null ? line.text() : line.observation().getId());
        if (line.observation() != null) {
          assertThat(line.time()).isEqualTo(line.observation().getTime());
        }
      }
    }

    assertThat(read).containsExactly("a2", "no\tobservation", "a3", "b2", "b1", "a1");
  }

  @Test
  void nothingStaysBehind() throws Exception {
    Files.writeString(
        directory.resolve("a.jsonl"), SampleLines.log("a1", "2026-01-01T00:00:05Z", "five"));
    SortedObservations sorted = SortedObservations.of(ObservationFiles.below(directory), 1);
    List<Path> runs = sorted.runs();
    assertThat(runs).hasSize(2).allMatch(Files::exists);

    sorted.close();

    assertThat(runs).noneMatch(Files::exists);
  }
}
