package dev.braid.transforms.featurize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.scene.Token;
import dev.braid.transforms.RoundTrip;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
        .containsExactly(1, 'e', 1, 'm', 1, 'i', 2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0x80, 0x3f);
  }

  @Test
  void whatSeveralEncodersMadeSurvives() {
    Token token =
        Token.of(
            "o1",
            Instant.ofEpochMilli(-1),
            Map.of(7, new float[] {1}, 3, new float[] {2}, (1 << 27) - 1, new float[0]));
    Token later = new Token("o2", Instant.EPOCH, new float[] {3}, (1 << 27) - 1, List.of());

    for (Token one : List.of(token, later)) {
      Embedding embedding = Embedding.of("press-04", "log", one);
      assertThat(RoundTrip.of(EmbeddingCoder.of(), embedding)).isEqualTo(embedding);
    }
    assertThat(token.encoder()).isEqualTo(3);
    assertThat(token.others())
        .containsExactly(
            new Token.Other(7, new float[] {1}), new Token.Other((1 << 27) - 1, new float[0]));
  }
}
