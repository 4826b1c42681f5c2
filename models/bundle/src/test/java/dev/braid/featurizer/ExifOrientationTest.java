package dev.braid.featurizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.spec.ModalitySpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExifOrientationTest {
  @ParameterizedTest
  @CsvSource({
    // Where the four corners of the stored picture (white at its top left) come to lie.
    "1,top left", "2,top right", "3,bottom right", "4,bottom left",
    "5,top left", "6,top right", "7,bottom right", "8,bottom left"
  })
  void theCornerOfAStoredPictureComesToLieWhereTheStandardSays(int orientation, String corner)
      throws Exception {
    float[] row =
        ImageFeaturizerTest.row(new ModalitySpec.Image(8, 16, 1, null), jpeg(orientation));
    assertThat(row[0] > 0).isEqualTo(corner.equals("top left"));
    assertThat(row[15] > 0).isEqualTo(corner.equals("top right"));
    assertThat(row[7 * 16] > 0).isEqualTo(corner.equals("bottom left"));
    assertThat(row[8 * 16 - 1] > 0).isEqualTo(corner.equals("bottom right"));
  }

  @Test
  void bothByteOrdersAreRead() {
    assertThat(ExifOrientation.of(tiff(ByteOrder.LITTLE_ENDIAN, 3, 6))).isEqualTo(6);
    assertThat(ExifOrientation.of(tiff(ByteOrder.BIG_ENDIAN, 3, 8))).isEqualTo(8);
  }

  @Test
  void anOrientationOutOfRangeOrOfAnotherTypeIsUpright() {
    assertThat(ExifOrientation.of(tiff(ByteOrder.LITTLE_ENDIAN, 3, 0))).isEqualTo(1);
    assertThat(ExifOrientation.of(tiff(ByteOrder.LITTLE_ENDIAN, 3, 9))).isEqualTo(1);
    assertThat(ExifOrientation.of(tiff(ByteOrder.LITTLE_ENDIAN, 4, 6))).isEqualTo(1);
  }

  @Test
  void chunksOfPngAndWebpAreRead() {
    assertThat(ExifOrientation.of(png())).isEqualTo(7);
    assertThat(ExifOrientation.of(webp())).isEqualTo(7);
  }

  private static byte[] png() {
    byte[] exif = tiff(ByteOrder.BIG_ENDIAN, 3, 7);
    ByteBuffer png = ByteBuffer.allocate(200);
    png.put("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
    png.putInt(3).put("tEXt".getBytes(StandardCharsets.US_ASCII)).put(new byte[3]).putInt(0);
    png.putInt(exif.length).put("eXIf".getBytes(StandardCharsets.US_ASCII)).put(exif);
    return png.array();
  }

  private static byte[] webp() {
    byte[] exif = tiff(ByteOrder.BIG_ENDIAN, 3, 7);
    ByteBuffer webp = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
    webp.put("RIFF\0\0\0\0WEBP".getBytes(StandardCharsets.ISO_8859_1));
    webp.put("VP8X".getBytes(StandardCharsets.US_ASCII)).putInt(3).put(new byte[4]);
    webp.put("EXIF".getBytes(StandardCharsets.US_ASCII)).putInt(exif.length + 6);
    webp.put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1)).put(exif);
    return webp.array();
  }

  @Property(tries = 1_000)
  void anyBytesHaveAnOrientation(
      @ForAll byte[] bytes,
      @ForAll @Size(max = 6) byte[] noise,
      @ForAll @IntRange(max = 60) int at,
      @ForAll @IntRange(max = 2) int kind)
      throws Exception {
    assertThat(ExifOrientation.of(bytes)).isBetween(1, 8);
    byte[] image = kind == 0 ? jpeg(6) : kind == 1 ? png() : webp();
    System.arraycopy(noise, 0, image, at, noise.length);
    assertThat(ExifOrientation.of(image)).isBetween(1, 8);
    assertThat(ExifOrientation.of(Arrays.copyOf(image, at))).isBetween(1, 8);
    Arrays.fill(image, at, Math.min(image.length, at + 4), (byte) (kind == 2 ? 0xff : 0x7f));
    assertThat(ExifOrientation.of(image)).isBetween(1, 8);
  }

  /** 32 x 32 pixels, the top left quarter white. */
  private static byte[] jpeg(int orientation) throws Exception {
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 256; i++) {
      image.getRaster().setSample(i % 16, i / 16, 0, 255);
    }
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", plain);
    byte[] exif = tiff(ByteOrder.LITTLE_ENDIAN, 3, orientation);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(plain.toByteArray(), 0, 2);
    out.write(0xff);
    out.write(0xe1);
    out.write(0);
    out.write(2 + 6 + exif.length);
    out.writeBytes("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(exif);
    out.write(plain.toByteArray(), 2, plain.size() - 2);
    return out.toByteArray();
  }

  private static byte[] tiff(ByteOrder order, int type, int orientation) {
    ByteBuffer tiff = ByteBuffer.allocate(38).order(order);
    byte mark = (byte) (order == ByteOrder.LITTLE_ENDIAN ? 'I' : 'M');
    tiff.put(mark).put(mark).putShort((short) 42).putInt(8).putShort((short) 2);
    tiff.putShort((short) 0x010f).putShort((short) 2).putInt(1).putInt(0);
    tiff.putShort((short) 0x0112).putShort((short) type).putInt(1).putShort((short) orientation);
    return tiff.array();
  }
}
