package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an image as numbers from 0 to 255, laid on black where they are transparent. Stored
 * values are taken as they are, whatever colour profile the image names: Java's own conversion
 * brightens grey images. Not safe for several threads.
 */
final class PixelRows {
  private final BufferedImage image;
  private final Raster raster;
  private final ColorModel colours;
  private final boolean stored;
  private final int bands;
  private final int planes;
  private final double[] scale;
  private final float[][] palette;

  /** How bytes lie in the array that holds them, where they can be taken from it as they are. */
  private final @Nullable ComponentSampleModel bytes;

  private int[] samples = {};

  PixelRows(BufferedImage image) {
    this.image = image;
    this.raster = image.getRaster();
    this.colours = image.getColorModel();
    this.bands = raster.getNumBands();
    this.palette = colours instanceof IndexColorModel index ? palette(index) : new float[0][];
    this.stored = palette.length == 0 && isStored(colours, raster);
    this.bytes = stored && !colours.hasAlpha() ? bytes(colours, raster) : null;
    this.planes = stored ? colours.getNumColorComponents() : 3;
    this.scale = new double[stored ? bands : 0];
    for (int i = 0; i < scale.length; i++) {
      int sign = raster.getTransferType() == DataBuffer.TYPE_SHORT ? 1 : 0;
      long most = (1L << (colours.getComponentSize(i) - sign)) - 1;
      scale[i] = most > 0 ? 255.0 / most : 0; // A broken header may leave a colour without bits.
    }
  }

  /** 1 where the image is grey, 3 (red, green, blue) otherwise. */
  int planes() {
    return planes;
  }

  /**
   * Fills {@code rows}, one array a plane, with row {@code y}.
   *
   * @throws InvalidObservationException if its colours cannot be computed
   */
  void read(int y, float[][] rows) throws InvalidObservationException {
    int width = image.getWidth();
    if (palette.length > 0) {
      samples = raster.getPixels(0, y, width, 1, fitting(width));
      for (int x = 0; x < width; x++) {
        // A broken image may name a colour that its palette lacks: black.
        float[] colour = samples[x] < palette.length ? palette[samples[x]] : new float[3];
        for (int p = 0; p < 3; p++) {
          rows[p][x] = colour[p];
        }
      }
    } else if (bytes != null) {
      int begin = raster.getDataBuffer().getOffset() + y * bytes.getScanlineStride();
      byte[] data = ((DataBufferByte) raster.getDataBuffer()).getData();
      for (int p = 0; p < planes; p++) {
        int at = begin + bytes.getBandOffsets()[p];
        for (int x = 0; x < width; x++, at += bytes.getPixelStride()) {
          rows[p][x] = data[at] & 0xff;
        }
      }
    } else if (stored) {
      samples = raster.getPixels(0, y, width, 1, fitting(width * bands));
      boolean blend = colours.hasAlpha() && !colours.isAlphaPremultiplied();
      for (int x = 0; x < width; x++) {
        int at = x * bands;
        float alpha = blend ? value(at + planes, planes) / 255f : 1f;
        for (int p = 0; p < planes; p++) {
          rows[p][x] = value(at + p, p) * alpha;
        }
      }
    } else {
      samples = converted(y, width);
      for (int x = 0; x < width; x++) {
        float alpha = (samples[x] >>> 24) / 255f;
        for (int p = 0; p < 3; p++) {
          rows[p][x] = (samples[x] >> (16 - 8 * p) & 0xff) * alpha;
        }
      }
    }
  }

  private int[] converted(int y, int width) throws InvalidObservationException {
    try {
      return image.getRGB(0, y, width, 1, fitting(width), 0, width);
    } catch (RuntimeException e) {
      // Of a profile that is broken, or a form of numbers that Java has no conversion for.
      throw new InvalidObservationException("an image's colours cannot be read: " + e, e);
    }
  }

  private float value(int at, int band) {
    // A band of 32 bits has no sign; in one of 16 bits that has one, only positive values mean
    // light.
    long value =
        raster.getTransferType() == DataBuffer.TYPE_SHORT
            ? Math.max(0, samples[at])
            : samples[at] & 0xffffffffL;
    return (float) (value * scale[band]);
  }

  private int[] fitting(int length) {
    return samples.length == length ? samples : new int[length];
  }

  private static boolean isStored(ColorModel colours, Raster raster) {
    int type = colours.getColorSpace().getType();
    int transfer = raster.getTransferType();
    return (type == ColorSpace.TYPE_GRAY || type == ColorSpace.TYPE_RGB)
        && raster.getNumBands() == colours.getNumComponents()
        && (transfer == DataBuffer.TYPE_BYTE
            || transfer == DataBuffer.TYPE_USHORT
            || transfer == DataBuffer.TYPE_SHORT
            || transfer == DataBuffer.TYPE_INT);
  }

  private static @Nullable ComponentSampleModel bytes(ColorModel colours, Raster raster) {
    return raster.getSampleModel() instanceof ComponentSampleModel model
            && raster.getDataBuffer() instanceof DataBufferByte
            && raster.getDataBuffer().getNumBanks() == 1
            && raster.getSampleModelTranslateX() == 0
            && raster.getSampleModelTranslateY() == 0
            && colours.getComponentSize(0) == 8
        ? model
        : null;
  }

  private static float[][] palette(IndexColorModel index) {
    float[][] palette = new float[index.getMapSize()][];
    for (int i = 0; i < palette.length; i++) {
      float alpha = index.getAlpha(i) / 255f;
      palette[i] =
          new float[] {
            index.getRed(i) * alpha, index.getGreen(i) * alpha, index.getBlue(i) * alpha
          };
    }
    return palette;
  }
}
