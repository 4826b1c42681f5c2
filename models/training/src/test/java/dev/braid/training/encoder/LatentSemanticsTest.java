package dev.braid.training.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.tensor.TensorRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LatentSemanticsTest {
  private static final int TERMS = 40;
  private static final int WIDTH = 4;

  @Test
  void termsThatKeepTheSameCompanyAreNearEachOther() {
    float[] embedding = LatentSemantics.embed(texts(), TERMS, WIDTH, 0.3, 1);
    // Terms below 20 occur together, and so do the others; some pairs never met in any text.
    assertThat(cosine(embedding, 1, 2)).isGreaterThan(0.8);
    assertThat(cosine(embedding, 21, 22)).isGreaterThan(0.8);
    assertThat(cosine(embedding, 1, 21)).isLessThan(0.3);
  }

  @Test
  void everyFeatureOfTheTextsHasTheAskedDeviation() {
    float[] embedding = LatentSemantics.embed(texts(), TERMS, WIDTH, 0.3, 1);
    for (int d = 0; d < WIDTH; d++) {
      double squares = 0;
      for (TensorRow text : texts()) {
        double feature = 0;
        for (int i = 0; i < text.longs(0).length; i++) {
          feature += text.floats(1)[i] * embedding[(int) text.longs(0)[i] * WIDTH + d];
        }
        squares += feature * feature;
      }
      assertThat(Math.sqrt(squares / texts().size())).isBetween(0.2999, 0.3001);
    }
  }

  private static double cosine(float[] embedding, int a, int b) {
    // The two first features, which tell the two subjects from each other.
    double ax = embedding[a * WIDTH];
    double ay = embedding[a * WIDTH + 1];
    double bx = embedding[b * WIDTH];
    double by = embedding[b * WIDTH + 1];
    return (ax * bx + ay * by) / Math.sqrt((ax * ax + ay * ay) * (bx * bx + by * by));
  }

  private static List<TensorRow> texts() {
    Random random = new Random(3);
    List<TensorRow> texts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      long[] ids = random.longs(0, 20).distinct().limit(6).map(id -> id).toArray();
      float[] weights = new float[ids.length];
      for (int k = 0; k < ids.length; k++) {
        ids[k] += i % 2 * 20;
        weights[k] = (float) (1 / Math.sqrt(ids.length));
      }
      texts.add(TensorRow.of(ids, weights));
    }
    return texts;
  }
}
