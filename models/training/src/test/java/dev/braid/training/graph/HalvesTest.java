package dev.braid.training.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

final class HalvesTest {
  @Test
  void numbersAreRoundedAsLibtorchRoundsThem() {
    Random random = new Random(3);
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(13) - 9));
    }
    values[0] = 0f;
    values[1] = -0f;
    values[2] = 0x1p-24f;
    values[3] = 0x1.8p-24f;
    values[4] = 2049f;
    values[5] = 2051f;
    values[6] = 65504f;
    try (PointerScope scope = new PointerScope()) {
      Tensor halves = Tensor.create(values, values.length).to(torch.ScalarType.Half);
      ShortPointer expected = new ShortPointer(halves.data_ptr());
      for (int i = 0; i < values.length; i++) {
        if (Math.abs(values[i]) <= 65504f) {
          assertThat(Halves.bits(values[i])).as("%s", values[i]).isEqualTo(expected.get(i));
        }
      }
    }
  }

  @Test
  void whatIsTooLargeIsTheLargest() {
    assertThat(Halves.bits(1e9f)).isEqualTo((short) 0x7bff);
    assertThat(Halves.bits(-1e9f)).isEqualTo((short) 0xfbff);
  }
}
