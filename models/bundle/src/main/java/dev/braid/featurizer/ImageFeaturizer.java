package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes an image (PNG, JPEG, GIF, BMP), scales it by the mean over the area of each target pixel,
 * and maps its values to [-1, 1], channel by channel: {@code [channels, height, width]}.
 * Transparent pixels are laid on black.
 */
public final class ImageFeaturizer implements Featurizer {
  /** The largest image that is decoded, in pixels. */
  static final long MAX_PIXELS = 64L * 1024 * 1024;

  private final int height;
  private final int width;
  private final int channels;

  /** Nothing is fitted. */
  public record State() {}

  ImageFeaturizer(ModalitySpec.Image spec) {
    this.height = spec.height();
    this.width = spec.width();
    this.channels = Integer.valueOf(1).equals(spec.channels()) ? 1 : 3;
    // Decoding is from memory to memory; a disk cache would only add files.
    ImageIO.setUseCache(false);
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.of(TensorSpec.floats("pixels", channels, height, width));
  }

  @Override
  public TensorRow featurize(Payload payload) throws InvalidObservationException {
    Payload.Blob blob =
        PayloadKinds.require(payload, Payload.Blob.class, "an image as 'base64' or 'uri'");
    BufferedImage image = decode(blob);
    float[] red = scale(image, 16);
    float[] green = scale(image, 8);
    float[] blue = scale(image, 0);
    int plane = height * width;
    float[] pixels = new float[channels * plane];
    if (channels == 1) {
      for (int i = 0; i < plane; i++) {
        // Luma of ITU-R BT.601.
        pixels[i] = 0.299f * red[i] + 0.587f * green[i] + 0.114f * blue[i];
      }
    } else {
      System.arraycopy(red, 0, pixels, 0, plane);
      System.arraycopy(green, 0, pixels, plane, plane);
      System.arraycopy(blue, 0, pixels, 2 * plane, plane);
    }
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = pixels[i] / 127.5f - 1f;
    }
    return TensorRow.of(pixels);
  }

  @Override
  public State state() {
    return new State();
  }

  private static BufferedImage decode(Payload.Blob blob) throws InvalidObservationException {
    try (ImageInputStream in =
        ImageIO.createImageInputStream(new ByteArrayInputStream(blob.bytes()))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new InvalidObservationException(
            "not an image that can be read (PNG, JPEG, GIF, BMP): %d bytes of '%s'"
                .formatted(blob.bytes().length, blob.contentType()));
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels < 1 || pixels > MAX_PIXELS) {
          throw new InvalidObservationException(
              "an image must have 1 to %d pixels, but had: %d".formatted(MAX_PIXELS, pixels));
        }
        return opaque(reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      // The JDK's readers answer broken bytes with IIOException, but also with unchecked ones.
      throw new InvalidObservationException(
          "broken image of '%s': %s".formatted(blob.contentType(), e.getMessage()), e);
    }
  }

  private static BufferedImage opaque(BufferedImage image) {
    BufferedImage rgb =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    var graphics = rgb.createGraphics();
    try {
      graphics.drawImage(image, 0, 0, null);
    } finally {
      graphics.dispose();
    }
    return rgb;
  }

  /** The mean of one colour over the area that each target pixel covers, 0 to 255. */
  private float[] scale(BufferedImage image, int shift) {
    int sourceWidth = image.getWidth();
    int sourceHeight = image.getHeight();
    int[] rgb = image.getRGB(0, 0, sourceWidth, sourceHeight, null, 0, sourceWidth);
    float[] rows = new float[sourceHeight * width];
    float[] source = new float[sourceWidth];
    float[] target = new float[width];
    for (int y = 0; y < sourceHeight; y++) {
      for (int x = 0; x < sourceWidth; x++) {
        source[x] = rgb[y * sourceWidth + x] >> shift & 0xff;
      }
      Resampling.resample(source, target);
      System.arraycopy(target, 0, rows, y * width, width);
    }
    float[] scaled = new float[height * width];
    source = new float[sourceHeight];
    target = new float[height];
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < sourceHeight; y++) {
        source[y] = rows[y * width + x];
      }
      Resampling.resample(source, target);
      for (int y = 0; y < height; y++) {
        scaled[y * width + x] = target[y];
      }
    }
    return scaled;
  }
}
