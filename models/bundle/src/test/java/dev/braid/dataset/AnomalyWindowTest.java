package dev.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AnomalyWindowTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path directory;

  private void write(String lines) throws IOException {
    Files.writeString(directory.resolve(AnomalyWindow.FILE), lines);
  }

  @Test
  void aDataSetWithoutTheFileHasNone() {
    assertThat(AnomalyWindow.read(directory)).isEmpty();
  }

  @Test
  void everyLineIsOneWindow() throws IOException {
    write(
        """
        {"entity":"a","start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:01:00Z"}

        {"entity":"b","start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:01Z"}
        """);

    assertThat(AnomalyWindow.read(directory))
        .containsExactly(
            new AnomalyWindow("a", START, START.plusSeconds(60)),
            new AnomalyWindow("b", START, START.plusSeconds(1)));
  }

  @Test
  void aWindowThatEndsBeforeItBeginsIsRefusedByItsLine() throws IOException {
    write("{\"entity\":\"a\",\"start\":\"2026-01-01T00:01:00Z\",\"end\":\"2026-01-01T00:01:00Z\"}");

    assertThatThrownBy(() -> AnomalyWindow.read(directory))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "anomalies.jsonl:1: not an anomaly: an anomaly of 'a' must end after its start"
                + " 2026-01-01T00:01:00Z, but ends at 2026-01-01T00:01:00Z");
  }

  @Test
  void aLineThatIsNoJsonOrLacksAMemberIsRefused() throws IOException {
    write("{\"entity\":");
    assertThatThrownBy(() -> AnomalyWindow.read(directory))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageStartingWith("anomalies.jsonl:1: not JSON: ");

    write("{\"entity\":\"a\",\"start\":\"2026-01-01T00:01:00Z\"}");
    assertThatThrownBy(() -> AnomalyWindow.read(directory))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("anomalies.jsonl:1: not an anomaly: 'end' must be a text, but was: ");
  }
}
