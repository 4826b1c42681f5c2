package dev.braid.featurizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.awt.image.BufferedImage;
import java.awt.image.DirectColorModel;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageFeaturizerTest {
  private static final ModalitySpec.Image GREY = new ModalitySpec.Image(8, 8, 1, null);
  private static final ModalitySpec.Image COLOUR = new ModalitySpec.Image(8, 8, 3, null);

  @Test
  void aGradientIsScaledToTheMeansOfWhatEachPixelCovers() throws Exception {
    // Columns 0, 8, 16, ..., 248, twice as many as are wanted twice over: means of four.
    BufferedImage image = new BufferedImage(32, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 32; x++) {
        image.getRaster().setSample(x, y, 0, 8 * x);
      }
    }
    float[] row = row(GREY, png(image));
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        assertThat(level(row[8 * y + x])).isEqualTo(32 * x + 12);
      }
    }
  }

  @Test
  void aSmallImageIsEnlargedAlongTheLinesBetweenCentres() throws Exception {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(1, 0, 0, 80);
    float[] row = row(GREY, png(image));
    for (int y = 0; y < 8; y++) {
      assertThat(Arrays.stream(levels(Arrays.copyOfRange(row, 8 * y, 8 * y + 8))))
          .containsExactly(0, 0, 10, 30, 50, 70, 80, 80);
    }
  }

  @Test
  void everyStoredLevelOfGreyKeepsItsValue() throws Exception {
    // Java's own conversion would take 128 for 188.
    for (int level : new int[] {0, 1, 77, 128, 254, 255}) {
      BufferedImage image = new BufferedImage(3, 5, BufferedImage.TYPE_BYTE_GRAY);
      fill(image, level);
      assertThat(levels(row(GREY, png(image)))).containsOnly(level);
      assertThat(levels(row(COLOUR, png(image)))).hasSize(192).containsOnly(level);
      assertThat(levels(row(GREY, encoded(image, "bmp")))).containsOnly(level);
      assertThat(levels(row(GREY, encoded(image, "gif")))).containsOnly(level);
      assertThat(levels(row(GREY, encoded(image, "tiff")))).containsOnly(level);
      assertThat(levels(row(GREY, encoded(image, "jpg")))).containsOnly(level);
    }
  }

  @Test
  void sixteenBitsAreScaledToTheSameRange() throws Exception {
    BufferedImage image = new BufferedImage(3, 5, BufferedImage.TYPE_USHORT_GRAY);
    fill(image, 65535);
    assertThat(row(GREY, png(image))).containsOnly(1f);
    fill(image, 32768);
    assertThat(row(GREY, png(image))[0]).isCloseTo(1f / 65535, within(1e-6f));
  }

  @Test
  void colourHasThreePlanesOrItsLuma() throws Exception {
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      image.setRGB(i % 16, i / 16, 0x3264c8);
    }
    int[] levels = levels(row(COLOUR, png(image)));
    assertThat(Arrays.copyOfRange(levels, 0, 64)).containsOnly(0x32);
    assertThat(Arrays.copyOfRange(levels, 64, 128)).containsOnly(0x64);
    assertThat(Arrays.copyOfRange(levels, 128, 192)).containsOnly(0xc8);
    double luma = 0.299 * 0x32 + 0.587 * 0x64 + 0.114 * 0xc8;
    assertThat((double) row(GREY, png(image))[0]).isCloseTo(luma / 127.5 - 1, within(1e-6));
  }

  @Test
  void transparentPixelsAreLaidOnBlack() throws Exception {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < 64; i++) {
      image.setRGB(i % 8, i / 8, i < 32 ? 0x80ffffff : 0x00ffffff);
    }
    int[] levels = levels(row(GREY, png(image)));
    assertThat(Arrays.copyOfRange(levels, 0, 32)).containsOnly(128);
    assertThat(Arrays.copyOfRange(levels, 32, 64)).containsOnly(0);
  }

  @Test
  void aPaletteIsLookedUp() throws Exception {
    byte[] red = {0, (byte) 200};
    IndexColorModel palette =
        new IndexColorModel(1, 2, red, new byte[2], new byte[2], new byte[] {(byte) 255, 127});
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_BINARY, palette);
    for (int i = 0; i < 64; i++) {
      image.getRaster().setSample(i % 8, i / 8, 0, 1);
    }
    int[] levels = levels(row(COLOUR, png(image)));
    assertThat(Arrays.copyOfRange(levels, 0, 64)).containsOnly(Math.round(200 * 127 / 255f));
    assertThat(Arrays.copyOfRange(levels, 64, 192)).containsOnly(0);
  }

  @Test
  void packedColoursOfFiveAndSixBitsFillTheRange() throws Exception {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_USHORT_565_RGB);
    for (int i = 0; i < 64; i++) {
      image.setRGB(i % 8, i / 8, 0xffffff);
    }
    float[][] rows = new float[3][8];
    new PixelRows(image).read(3, rows);
    assertThat(rows[0]).containsOnly(255f);
    assertThat(rows[1]).containsOnly(255f);
    assertThat(rows[2]).containsOnly(255f);
  }

  @Test
  void aWholeImageOfOnePixelIsRead() throws Exception {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    fill(image, 51);
    assertThat(levels(row(new ModalitySpec.Image(1024, 8, 1, null), png(image))))
        .hasSize(8192)
        .containsOnly(51);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "GIF89a", "BM", "not an image at all, but a longer text"})
  void whatIsNoImageIsRefused(String text) {
    assertThatThrownBy(() -> row(GREY, text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessageContaining("image");
  }

  @Test
  void whatIsNoImageIsDescribedByItsSizeAndType() {
    assertThatThrownBy(() -> row(GREY, new byte[7]))
        .hasMessage(
            "not an image that can be read (PNG, JPEG, WebP, TIFF, GIF, BMP): 7 bytes of"
                + " 'image/png'");
    assertThatThrownBy(
            () -> new ImageFeaturizer(GREY).featurize(new Payload.Text("a", "text/plain")))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("needs an image as 'base64' or 'uri', but the observation holds 'text'");
  }

  @Test
  void aPngThatIsCutOffIsRefused() throws Exception {
    BufferedImage image = new BufferedImage(50, 50, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 2500; i++) {
      image.setRGB(i % 50, i / 50, i * i * 12_345);
    }
    byte[] whole = png(image);
    for (int length = 8; length < whole.length - 100; length += 97) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> row(GREY, cut))
          .isInstanceOf(InvalidObservationException.class)
          .hasMessageStartingWith("broken image of 'image/png': ");
    }
  }

  @Test
  void aReaderThatKeepsLookingBehindTheEndIsStopped() throws Exception {
    ImageBytes bytes = new ImageBytes(new byte[] {7, 8});
    assertThat(bytes.read(new byte[5], 1, 4)).isEqualTo(2);
    for (int i = 0; i < 512; i++) {
      assertThat(bytes.read()).isEqualTo(-1);
      assertThat(bytes.read(new byte[1])).isEqualTo(-1);
    }
    assertThatThrownBy(bytes::read).isInstanceOf(IOException.class).hasMessage("it is cut off");
    bytes.seek(1);
    assertThat(bytes.read()).isEqualTo(8);
  }

  @Test
  void aColourWithoutBitsIsBlack() throws Exception {
    DirectColorModel noBlue = new DirectColorModel(24, 0xff0000, 0xff00, 0);
    BufferedImage image =
        new BufferedImage(noBlue, noBlue.createCompatibleWritableRaster(1, 1), false, null);
    image.getRaster().setPixel(0, 0, new int[] {255, 127, 0});
    float[][] rows = new float[3][1];
    new PixelRows(image).read(0, rows);
    assertThat(rows[0]).containsExactly(255f);
    assertThat(rows[1]).containsExactly(127f);
    assertThat(rows[2]).containsExactly(0f);
  }

  @Test
  void anImageThatClaimsToBeHugeIsRefusedBeforeItIsDecoded() throws Exception {
    assertThatThrownBy(() -> row(GREY, hugePng(100_000, 100_000)))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("an image must have 1 to 33554432 pixels, but had: 100000 x 100000");
    assertThatThrownBy(() -> row(GREY, hugeGif()))
        .hasMessage("an image must have 1 to 33554432 pixels, but had: 65535 x 65535");
    assertThatThrownBy(() -> row(GREY, hugeBmp(2_000_000_000, 2_000_000_000)))
        .isInstanceOf(InvalidObservationException.class);
    assertThatThrownBy(() -> row(GREY, hugeBmp(Integer.MAX_VALUE, Integer.MIN_VALUE)))
        .isInstanceOf(InvalidObservationException.class);
    assertThatThrownBy(() -> row(GREY, hugeBmp(-5, 5)))
        .isInstanceOf(InvalidObservationException.class);
    byte[] manyColours = hugeBmp(1, 1);
    ByteBuffer.wrap(manyColours).putInt(46, -1);
    assertThatThrownBy(() -> row(GREY, manyColours))
        .hasMessage("a palette must have at most 65536 colours, but had: 4294967295");
    assertThatThrownBy(() -> row(GREY, hugeTiff())).isInstanceOf(InvalidObservationException.class);
  }

  @Property(tries = 500)
  void anyBytesAreARowOrAnInvalidObservation(@ForAll("almostImages") byte[] bytes)
      throws Exception {
    try {
      assertThat(row(GREY, bytes)).hasSize(64).doesNotContain(Float.NaN);
    } catch (InvalidObservationException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContainPattern("\\R");
    }
  }

  @Provide
  Arbitrary<byte[]> almostImages() throws IOException {
    BufferedImage image = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 200; i++) {
      image.setRGB(i % 20, i / 20, i * 98_765);
    }
    Arbitrary<byte[]> whole =
        Arbitraries.of(
            png(image),
            encoded(image, "jpg"),
            encoded(image, "gif"),
            encoded(image, "bmp"),
            encoded(image, "tiff"),
            "RIFF\0\0\0\0WEBPVP8L".getBytes(StandardCharsets.ISO_8859_1),
            "RIFF\0\0\0\0WEBPVP8 ".getBytes(StandardCharsets.ISO_8859_1));
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(30);
    return Combinators.combine(
            whole, noise, Arbitraries.doubles().between(0, 1), Arbitraries.of(0, 1, 4))
        .as(ImageFeaturizerTest::overwritten);
  }

  /** An image with some bytes overwritten, left out or put in at a place. */
  private static byte[] overwritten(byte[] image, byte[] noise, double place, int kept) {
    int at = (int) (place * image.length);
    int end = Math.min(image.length, at + (kept == 0 ? noise.length : kept == 1 ? 0 : 4));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(image, 0, at);
    all.writeBytes(noise);
    all.write(image, end, image.length - end);
    return all.toByteArray();
  }

  private static void fill(BufferedImage image, int level) {
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.getRaster().setSample(x, y, 0, level);
      }
    }
  }

  static float[] row(ModalitySpec.Image spec, byte[] bytes) throws InvalidObservationException {
    return new ImageFeaturizer(spec).featurize(new Payload.Blob(bytes, "image/png")).floats(0);
  }

  private static int level(float value) {
    return Math.round((value + 1) * 127.5f);
  }

  private static int[] levels(float[] row) {
    int[] levels = new int[row.length];
    Arrays.setAll(levels, i -> level(row[i]));
    return levels;
  }

  private static byte[] png(BufferedImage image) throws IOException {
    return encoded(image, "png");
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).as(format).isTrue();
    return out.toByteArray();
  }

  private static byte[] hugePng(int width, int height) throws IOException {
    byte[] png = png(new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY));
    ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    return png;
  }

  private static byte[] hugeGif() throws IOException {
    byte[] gif = encoded(new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY), "gif");
    Arrays.fill(gif, 6, 10, (byte) 0xff);
    int descriptor = 0;
    for (int i = 13; i < gif.length; i++) {
      if (gif[i] == 0x2c && descriptor == 0 && gif[i + 5] == 1 && gif[i + 7] == 1) {
        descriptor = i;
      }
    }
    Arrays.fill(gif, descriptor + 5, descriptor + 9, (byte) 0xff);
    return gif;
  }

  private static byte[] hugeBmp(int width, int height) throws IOException {
    byte[] bmp = encoded(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "bmp");
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, width).putInt(22, height);
    return bmp;
  }

  /** A TIFF file whose image is small, but in one tile that is not. */
  private static byte[] hugeTiff() {
    int[][] entries = {
      {256, 4, 10},
      {257, 4, 10},
      {258, 3, 8},
      {259, 3, 1},
      {262, 3, 1},
      {277, 3, 1},
      {322, 4, 1 << 30},
      {323, 4, 1},
      {324, 4, 0},
      {325, 4, 100}
    };
    ByteBuffer tiff = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
    tiff.putShort((short) entries.length);
    for (int[] entry : entries) {
      tiff.putShort((short) entry[0]).putShort((short) entry[1]).putInt(1).putInt(entry[2]);
    }
    return tiff.array();
  }
}
