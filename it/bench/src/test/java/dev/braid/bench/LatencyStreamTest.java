package dev.braid.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.observation.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LatencyStreamTest {
  @Test
  void aLineIsTheObservationWithAnotherIdAndTimeAndNothingElse() throws Exception {
    Instant begin = Instant.parse("2026-01-01T00:00:00Z");
    Payload payload = new Payload.Text("# at 2026-01-01T00:00:00Z", "text/plain");
    LatencyStream.Line line =
        LatencyStream.Line.of(Observation.of("#", "machine-1", "log", begin, payload));

    byte[] written = line.with("o7", begin.plusMillis(1250));

    assertThat(ObservationJson.parse(new String(written, StandardCharsets.UTF_8)))
        .isEqualTo(Observation.of("o7", "machine-1", "log", begin.plusMillis(1250), payload));
  }
}
