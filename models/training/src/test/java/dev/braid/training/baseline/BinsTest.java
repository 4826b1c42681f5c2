package dev.braid.training.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BinsTest {
  @Test
  void fewValuesStayAsTheyAreAndOthersFallToTheOneBelow() {
    Bins bins = new Bins(List.of(Map.of("x", 1.0), Map.of("x", 3.0)));

    assertThat(bins.round(Map.of("x", 3.0))).isEqualTo(Map.of("x", 3.0));
    assertThat(bins.round(Map.of("x", 2.9))).isEqualTo(Map.of("x", 1.0));
    assertThat(bins.round(Map.of("x", -5.0))).isEqualTo(Map.of("x", 1.0));
    assertThat(bins.round(Map.of("x", 99.0))).isEqualTo(Map.of("x", 3.0));
  }

  @Test
  void manyValuesBecomeQuantiles() {
    List<Map<String, Double>> rows = new ArrayList<>();
    for (int i = 0; i < 2_550; i++) {
      rows.add(Map.of("x", (double) i * i));
    }
    Bins bins = new Bins(rows);

    assertThat(rows.stream().map(bins::round).distinct()).hasSize(Bins.MOST);
    assertThat(bins.round(Map.of("x", 19.0 * 19))).isEqualTo(Map.of("x", 100.0));
  }

  @Test
  void aFeatureThatTellsNothingApartIsLeftOut() {
    Bins bins = new Bins(List.of(Map.of("same", 1.0, "some", 1.0), Map.of("same", 1.0)));

    assertThat(bins.round(Map.of("same", 1.0, "some", 1.0, "unseen", 2.0)))
        .isEqualTo(Map.of("some", 1.0));
  }
}
