package dev.braid.transforms.align;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.scene.Token;
import dev.braid.transforms.RoundTrip;
import dev.braid.transforms.featurize.Embedding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SceneBuilderTest {
  private static final Instant START = Instant.ofEpochMilli(0);
  private static final Instant END = Instant.ofEpochMilli(10);

  @Test
  void modalitiesStandInTheOrderOfTheSpecAndAbsentOnesNotAtAll() {
    Scene scene = build(embedding("c", "c1", 1), embedding("a", "a1", 2)).scene();

    assertThat(scene.getTokens().keySet()).containsExactly("a", "c");
  }

  @Test
  void theLatestOfThoseWithOneIdIsKeptAndTheOthersAreCounted() {
    SceneBuilder.Built built =
        build(embedding("a", "x", 5, 2f), embedding("a", "x", 3, 1f), embedding("b", "x", 4, 9f));

    assertThat(built.duplicates()).isEqualTo(1);
    assertThat(built.scene().getTokens().get("a"))
        .extracting(Token::embedding)
        .containsExactly(new float[] {2f});
    assertThat(built.scene().getTokens().get("b")).hasSize(1);
  }

  @Test
  void ofMoreThanTheSpecKeepsTheLatestStay() {
    SceneBuilder.Built built =
        build(embedding("a", "1", 1), embedding("a", "3", 3), embedding("a", "2", 2));

    assertThat(built.scene().getTokens().get("a")).extracting(Token::id).containsExactly("2", "3");
    assertThat(built.leftOut()).isEqualTo(1);
    assertThat(built.duplicates()).isZero();
  }

  @Test
  void theOrderOfArrivalDoesNotMatterEvenForThoseThatShareIdAndTime() {
    List<Embedding> embeddings = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      embeddings.add(embedding("a", "x", 3, i));
      embeddings.add(embedding("b", "y" + i % 3, i % 2, i));
    }
    byte[] first = bytes(embeddings);
    Random random = new Random(1);
    for (int round = 0; round < 50; round++) {
      Collections.shuffle(embeddings, random);

      assertThat(bytes(embeddings)).isEqualTo(first);
    }
  }

  private static byte[] bytes(List<Embedding> embeddings) {
    return RoundTrip.bytes(SceneCoder.of(), build(embeddings.toArray(Embedding[]::new)).scene());
  }

  private static SceneBuilder.Built build(Embedding... embeddings) {
    Map<String, Integer> tokens = new LinkedHashMap<>();
    tokens.put("a", 2);
    tokens.put("b", 2);
    tokens.put("c", 2);
    return new SceneBuilder(tokens).build("e", START, END, List.of(embeddings));
  }

  private static Embedding embedding(String modality, String id, long millis, float... vector) {
    return Embedding.of("e", modality, id, Instant.ofEpochMilli(millis), vector);
  }
}
