package dev.braid.transforms.featurize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.transforms.RoundTrip;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EmbeddingCoderTest {
  @Test
  void anEmbeddingSurvives() {
    Embedding embedding =
        Embedding.of(
            "press-04", "log", "o1", Instant.ofEpochMilli(-1), new float[] {1, -0f, 1e-30f});

    assertThat(RoundTrip.of(EmbeddingCoder.of(), embedding)).isEqualTo(embedding);
  }

  @Test
  void theVectorTakesFourBytesAValueInTheOrderOfTheWire() {
    byte[] bytes =
        RoundTrip.bytes(
            EmbeddingCoder.of(),
            Embedding.of("e", "m", "i", Instant.ofEpochMilli(258), new float[] {1f}));

    assertThat(bytes)
        .containsExactly(1, 'e', 1, 'm', 1, 'i', 2, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0x80, 0x3f);
  }
}
