package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Decodes an image (PNG, JPEG, WebP, TIFF, GIF, BMP; of several pictures the first), turns it
 * upright as its Exif data say, scales it by the mean over the area of each target pixel, and maps
 * its values to [-1, 1], channel by channel: {@code [channels, height, width]}. Transparent pixels
 * are laid on black; of a colour image one channel is its luma (ITU-R BT.601).
 */
public final class ImageFeaturizer implements Featurizer {
  private static final double[] LUMA = {0.299, 0.587, 0.114};

  private final int height;
  private final int width;
  private final int channels;

  /** Nothing is fitted. */
  public record State() {}

  ImageFeaturizer(ModalitySpec.Image spec) {
    this.height = spec.height();
    this.width = spec.width();
    this.channels = Integer.valueOf(1).equals(spec.channels()) ? 1 : 3;
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.of(TensorSpec.floats("pixels", channels, height, width));
  }

  @Override
  public TensorRow featurize(Payload payload) throws InvalidObservationException {
    Payload.Blob blob =
        PayloadKinds.require(payload, Payload.Blob.class, "an image as 'base64' or 'uri'");
    BufferedImage image = ImageDecoder.decode(blob);
    int orientation = ExifOrientation.of(blob.bytes());
    boolean turned = orientation >= 5;
    double[][] planes = scale(image, turned ? height : width, turned ? width : height);
    int plane = height * width;
    float[] pixels = new float[channels * plane];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = stored(orientation, x, y);
        for (int c = 0; c < channels; c++) {
          double value = planes[Math.min(c, planes.length - 1)][from];
          pixels[c * plane + y * width + x] = (float) (value / 127.5 - 1);
        }
      }
    }
    return TensorRow.of(pixels);
  }

  @Override
  public State state() {
    return new State();
  }

  /** Where pixel {@code (x, y)} of the upright picture lies in the stored one of that scale. */
  private int stored(int orientation, int x, int y) {
    int right = width - 1 - x;
    int below = height - 1 - y;
    return switch (orientation) {
      case 2 -> y * width + right;
      case 3 -> below * width + right;
      case 4 -> below * width + x;
      case 5 -> x * height + y;
      case 6 -> right * height + y;
      case 7 -> right * height + below;
      case 8 -> x * height + below;
      default -> y * width + x;
    };
  }

  /** The planes of the scaled picture, 0 to 255: one where it or the target is grey, else three. */
  private double[][] scale(BufferedImage image, int targetWidth, int targetHeight)
      throws InvalidObservationException {
    PixelRows source = new PixelRows(image);
    boolean mixed = channels == 1 && source.planes() == 3;
    AreaWeights across = new AreaWeights(image.getWidth(), targetWidth);
    AreaWeights down = new AreaWeights(image.getHeight(), targetHeight);
    float[][] row = new float[source.planes()][image.getWidth()];
    float[] narrow = new float[targetWidth];
    double[][] planes = new double[mixed ? 1 : source.planes()][targetHeight * targetWidth];
    int top = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      source.read(y, row);
      if (mixed) {
        for (int x = 0; x < row[0].length; x++) {
          row[0][x] = (float) (LUMA[0] * row[0][x] + LUMA[1] * row[1][x] + LUMA[2] * row[2][x]);
        }
      }
      while (top < targetHeight && down.endsBefore(top, y)) {
        top++;
      }
      for (int p = 0; p < planes.length; p++) {
        across.apply(row[p], narrow);
        for (int t = top; t < targetHeight && down.begins(t, y); t++) {
          double share = down.share(t, y);
          for (int x = 0; x < targetWidth; x++) {
            planes[p][t * targetWidth + x] += share * narrow[x];
          }
        }
      }
    }
    return planes;
  }
}
