package dev.braid.training.compress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SymmetricTest {
  @Test
  void everyRowHasAScaleOfItsOwn() {
    Symmetric rounded = Symmetric.rows(new float[] {1f, -0.5f, 0f, 254f, 2f, -4f}, 2);
    assertThat(rounded.scales()).containsExactly(1f / 127, 2f);
    assertThat(rounded.values()).containsExactly(127, -63, 0, 127, 1, -2);
  }

  @Test
  void everyColumnHasAScaleOfItsOwn() {
    Symmetric rounded = Symmetric.columns(new float[] {127f, 0f, 3f, -127f, 0f, 6f}, 3);
    assertThat(rounded.scales()).containsExactly(1f, 1f, 6f / 127);
    assertThat(rounded.values()).containsExactly(127, 0, 64, -127, 0, 127);
  }

  @Test
  void aLargeBiasWidensTheScaleOfAChannelWithoutWeights() {
    Symmetric rounded = Symmetric.rows(new float[] {1e-20f, 1f}, 2);
    float[] bias = {3f, 3f};
    Symmetric wider = rounded.roomFor(bias, 0.01f);
    assertThat(3f / (0.01f * wider.scales()[0])).isLessThan(Integer.MAX_VALUE);
    assertThat(wider.scales()[1]).isEqualTo(rounded.scales()[1]);
  }
}
