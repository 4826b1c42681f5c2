package dev.braid.transforms.align;

import static dev.braid.transforms.align.Alignment.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.transforms.featurize.Embedding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.beam.sdk.values.TimestampedValue;
import org.junit.jupiter.api.Test;

/** Far more of one modality in a window than a scene keeps. */
public abstract class FloodContract extends WindowsContract {
  @Test
  final void aFloodOfOneModalityKeepsTheLatestOfItAndAllOfTheOthers() {
    List<TimestampedValue<Embedding>> flood = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      flood.add(
          TimestampedValue.of(
              Embedding.of("e", "log", "l" + i, Instant.ofEpochMilli(i / 10), new float[] {i}),
              org.joda.time.Instant.ofEpochMilli(i / 10)));
    }
    flood.add(at("e", "voice", "v1", 0));
    Collections.shuffle(flood, new Random(1));

    Alignment alignment = ofBounded("{size: 10s}", flood);

    List<String> latest = IntStream.range(100_000 - 32, 100_000).mapToObj(i -> "l" + i).toList();
    assertThat(alignment.scenes())
        .containsExactly("e 0..10 r0 final {log=%s, voice=[v1]}".formatted(latest));
    assertThat(alignment.leftOut()).isEqualTo(100_000 - 32);
  }
}
