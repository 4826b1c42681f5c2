package dev.braid.pipelines.convert;

import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Handwritten digits of MNIST from IDX files (LeCun, Cortes, Burges): {@code
 * image/*images-idx3-ubyte.gz} beside {@code *labels-idx1-ubyte.gz}.
 */
final class MnistImages implements DigitSource<byte[]> {
  static final int SIDE = 28;

  /** Side of the square that a degraded image loses. */
  static final int HOLE = 14;

  /** Deviation of a degraded image's noise, as a share of full scale. */
  static final double NOISE = 0.5;

  private static final String IMAGES = "images-idx3-ubyte.gz";
  private static final int IMAGES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;

  @Override
  public String modality() {
    return "image";
  }

  @Override
  public ModalitySpec spec() {
    return new ModalitySpec.Image(SIDE, SIDE, 1, null);
  }

  @Override
  public String file() {
    return "image.jsonl.gz";
  }

  @Override
  public List<DigitItem<byte[]>> read(Path source) {
    List<DigitItem<byte[]>> items = new ArrayList<>();
    for (Path images : SourceFiles.find(source, "image", "*" + IMAGES)) {
      String name = images.getFileName().toString();
      Path labels =
          images.resolveSibling(
              name.substring(0, name.length() - IMAGES.length()) + "labels-idx1-ubyte.gz");
      if (!Files.isRegularFile(labels)) {
        throw new InvalidSourceException(
            "there is no file %s beside %s".formatted(labels.getFileName(), images));
      }
      read(images, labels, items);
    }
    return items;
  }

  private static void read(Path images, Path labels, List<DigitItem<byte[]>> items) {
    ByteBuffer pixels = ByteBuffer.wrap(SourceFiles.gunzip(images));
    ByteBuffer digits = ByteBuffer.wrap(SourceFiles.gunzip(labels));
    int count = header(images, pixels, IMAGES_MAGIC, 16);
    int labelled = header(labels, digits, LABELS_MAGIC, 8);
    if (pixels.getInt(8) != SIDE || pixels.getInt(12) != SIDE) {
      throw new InvalidSourceException(
          "%s: images must be 28x28, but are %dx%d"
              .formatted(images, pixels.getInt(8), pixels.getInt(12)));
    }
    size(images, pixels, 16 + (long) count * SIDE * SIDE);
    size(labels, digits, 8 + (long) labelled);
    if (count != labelled) {
      throw new InvalidSourceException(
          "%s has %d images, but %s has %d labels"
              .formatted(images, count, labels.getFileName(), labelled));
    }
    for (int i = 0; i < count; i++) {
      int digit = digits.get(8 + i) & 0xff;
      if (digit > 9) {
        throw new InvalidSourceException(
            "%s: label %d must be 0 to 9, but was: %d".formatted(labels, i, digit));
      }
      byte[] image = new byte[SIDE * SIDE];
      pixels.get(16 + i * image.length, image);
      items.add(new DigitItem<>("image-%05d".formatted(items.size()), digit, image));
    }
  }

  private static int header(Path file, ByteBuffer bytes, int magic, int length) {
    if (bytes.limit() < length || bytes.getInt(0) != magic) {
      throw new InvalidSourceException(
          "%s is no IDX file of the expected kind: it must begin with 0x%08x, but has %s"
              .formatted(
                  file,
                  magic,
                  bytes.limit() < length
                      ? bytes.limit() + " bytes"
                      : "0x%08x".formatted(bytes.getInt(0))));
    }
    return bytes.getInt(4);
  }

  private static void size(Path file, ByteBuffer bytes, long expected) {
    if (bytes.limit() != expected) {
      throw new InvalidSourceException(
          "%s must have %d bytes uncompressed by its header, but has %d"
              .formatted(file, expected, bytes.limit()));
    }
  }

  @Override
  public byte[] degrade(byte[] image, Random random) {
    byte[] degraded = image.clone();
    int top = random.nextInt(SIDE - HOLE + 1);
    int left = random.nextInt(SIDE - HOLE + 1);
    for (int y = top; y < top + HOLE; y++) {
      for (int x = left; x < left + HOLE; x++) {
        degraded[y * SIDE + x] = 0;
      }
    }
    for (int i = 0; i < degraded.length; i++) {
      double noisy = (degraded[i] & 0xff) + random.nextGaussian() * NOISE * 255;
      degraded[i] = (byte) Math.round(Math.max(0, Math.min(255, noisy)));
    }
    return degraded;
  }

  @Override
  public Payload payload(byte[] image, String name, DatasetWriter writer) {
    BufferedImage grey = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setDataElements(0, 0, SIDE, SIDE, image);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.setUseCache(false);
      ImageIO.write(grey, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Payload.Blob(out.toByteArray(), "image/png");
  }
}
