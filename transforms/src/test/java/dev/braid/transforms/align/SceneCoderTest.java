package dev.braid.transforms.align;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.scene.Token;
import dev.braid.transforms.RoundTrip;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SceneCoderTest {
  @Test
  void aSceneSurvivesWithItsModalitiesInOrder() {
    Map<String, List<Token>> tokens = new LinkedHashMap<>();
    tokens.put("vibration", List.of(token("v1", 1, 0.5f, -1), token("v2", 2, 3, 4)));
    tokens.put("log", List.of(token("l1", -7)));
    Scene scene = Scene.of("e", Instant.ofEpochMilli(-10), Instant.ofEpochMilli(10), tokens);

    Scene read = RoundTrip.of(SceneCoder.of(), scene);

    assertThat(read).usingRecursiveComparison().isEqualTo(scene);
    assertThat(read.getTokens().keySet()).containsExactly("vibration", "log");
    Scene corrected = scene.withOrdinal(1L << 40).withRevision(3, false);
    assertThat(RoundTrip.of(SceneCoder.of(), corrected))
        .usingRecursiveComparison()
        .isEqualTo(corrected);
    assertThat(corrected.isFinal()).isFalse();
  }

  private static Token token(String id, long millis, float... vector) {
    return new Token(id, Instant.ofEpochMilli(millis), vector);
  }
}
