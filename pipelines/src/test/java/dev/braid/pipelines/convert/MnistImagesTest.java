package dev.braid.pipelines.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MnistImagesTest {
  private final MnistImages images = new MnistImages();
  @TempDir Path directory;
  private TinySource source;

  @BeforeEach
  void write() {
    source = TinySource.of(directory, 2);
  }

  private void isRefused(String message) {
    assertThatThrownBy(() -> images.read(directory))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessage(message.replace("DIR", directory.toString()));
  }

  @Test
  void imagesAndLabelsAreReadInTheirOrder() {
    List<DigitItem<byte[]>> items = images.read(directory);

    assertThat(items).hasSize(20);
    assertThat(items.get(13).id()).isEqualTo("image-00013");
    assertThat(items.get(13).digit()).isEqualTo(3);
    assertThat(items.get(13).content()[6 * 28]).isEqualTo((byte) 200);
    assertThat(items.get(13).content()[7 * 28]).isZero();
  }

  @Test
  void imagesWithoutLabelsAreRefused() {
    source.delete("image/tiny-labels-idx1-ubyte.gz");

    isRefused(
        "there is no file tiny-labels-idx1-ubyte.gz beside DIR/image/tiny-images-idx3-ubyte.gz");
  }

  @Test
  void anotherMagicNumberIsRefused() {
    source.gzip("image/tiny-images-idx3-ubyte.gz", new byte[784]);

    isRefused(
        "DIR/image/tiny-images-idx3-ubyte.gz is no IDX file of the expected kind: it must begin"
            + " with 0x00000803, but has 0x00000000");
  }

  @Test
  void aHeaderThatIsCutIsRefused() {
    source.gzip("image/tiny-labels-idx1-ubyte.gz", new byte[] {0, 0, 8});

    isRefused(
        "DIR/image/tiny-labels-idx1-ubyte.gz is no IDX file of the expected kind: it must begin"
            + " with 0x00000801, but has 3 bytes");
  }

  @Test
  void fewerPixelsThanTheHeaderSaysAreRefused() {
    source.gzip(
        "image/tiny-images-idx3-ubyte.gz",
        new byte[] {0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3});

    isRefused(
        "DIR/image/tiny-images-idx3-ubyte.gz must have 15696 bytes uncompressed by its header, but"
            + " has 19");
  }

  @Test
  void imagesOfAnotherSizeAreRefused() {
    source.images("tiny", 1, 32);

    isRefused("DIR/image/tiny-images-idx3-ubyte.gz: images must be 28x28, but are 32x32");
  }

  @Test
  void moreImagesThanLabelsAreRefused() {
    source.gzip("image/tiny-labels-idx1-ubyte.gz", new byte[] {0, 0, 8, 1, 0, 0, 0, 1, 7});

    isRefused(
        "DIR/image/tiny-images-idx3-ubyte.gz has 20 images, but tiny-labels-idx1-ubyte.gz has 1"
            + " labels");
  }

  @Test
  void aFileThatIsNoGzipIsRefused() {
    source.write("image/tiny-images-idx3-ubyte.gz", new byte[] {1, 2, 3});

    assertThatThrownBy(() -> images.read(directory))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageStartingWith("cannot read " + directory + "/image/tiny-images-idx3-ubyte.gz: ");
  }

  @Test
  void aDegradedImageHasNoiseOfHalfTheScaleOverASquareOfNothing() {
    byte[] white = new byte[28 * 28];
    Arrays.fill(white, (byte) 255);
    long lit = 0;
    long dark = 0;
    int rounds = 200;

    for (int i = 0; i < rounds; i++) {
      for (byte pixel : images.degrade(white, new Random(i))) {
        // Half of the noise lies above: of 588 pixels at 255 half stay there, of 196 at 0 the
        // share of a Gaussian beyond two deviations, 0.02275, comes to 255.
        lit += (pixel & 0xff) == 255 ? 1 : 0;
        dark += (pixel & 0xff) == 0 ? 1 : 0;
      }
    }

    assertThat(lit / (double) rounds)
        .isCloseTo(588 * 0.5 + 196 * 0.02275, org.assertj.core.api.Assertions.within(3.0));
    assertThat(dark / (double) rounds)
        .isCloseTo(196 * 0.5 + 588 * 0.02275, org.assertj.core.api.Assertions.within(3.0));
  }
}
