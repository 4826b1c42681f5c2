package dev.braid.featurizer;

import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** Decodes PNG, JPEG, WebP, TIFF, GIF and BMP: of several pictures the first. */
final class ImageDecoder {
  /** The largest image that is decoded, in pixels: a frame of 8K video fits. */
  static final long MAX_PIXELS = 32L * 1024 * 1024;

  private static final int MAX_COLOURS = 65_536;
  private static final String FORMATS = "PNG, JPEG, WebP, TIFF, GIF, BMP";
  private static final List<ImageReaderSpi> READERS = readers();

  private ImageDecoder() {}

  /**
   * The picture as it is stored, not turned.
   *
   * @throws InvalidObservationException if the bytes are no image, a broken one, or one of more
   *     than {@link #MAX_PIXELS} pixels; those are not decoded
   */
  static BufferedImage decode(Payload.Blob blob) throws InvalidObservationException {
    try (ImageInputStream in = new ImageBytes(blob.bytes())) {
      checkPalette(blob.bytes());
      ImageReader reader = reader(in);
      if (reader == null) {
        throw new InvalidObservationException(
            "not an image that can be read (%s): %d bytes of '%s'"
                .formatted(FORMATS, blob.bytes().length, blob.contentType()));
      }
      try {
        reader.setInput(in, true, true);
        checkSize(reader.getWidth(0), reader.getHeight(0));
        checkSize(reader.getTileWidth(0), reader.getTileHeight(0));
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      // Readers answer broken bytes with IIOException, but also with unchecked ones.
      throw new InvalidObservationException(
          "broken image of '%s': %s".formatted(blob.contentType(), e), e);
    }
  }

  private static void checkSize(int width, int height) throws InvalidObservationException {
    long pixels = (long) width * height;
    if (width < 1 || height < 1 || pixels > MAX_PIXELS) {
      throw new InvalidObservationException(
          "an image must have 1 to %d pixels, but had: %d x %d"
              .formatted(MAX_PIXELS, width, height));
    }
  }

  /** The reader of BMP makes room for as many colours as a header claims, before it reads one. */
  private static void checkPalette(byte[] bytes) throws InvalidObservationException {
    if (bytes.length >= 50 && bytes[0] == 'B' && bytes[1] == 'M') {
      long colours = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(46) & 0xffffffffL;
      if (colours > MAX_COLOURS && bytes[14] >= 40) {
        throw new InvalidObservationException(
            "a palette must have at most %d colours, but had: %d".formatted(MAX_COLOURS, colours));
      }
    }
  }

  private static @Nullable ImageReader reader(ImageInputStream in) throws IOException {
    for (ImageReaderSpi provider : READERS) {
      try {
        in.seek(0);
        if (provider.canDecodeInput(in)) {
          return provider.createReaderInstance();
        }
      } catch (EOFException e) {
        continue; // Shorter than what the format begins with.
      }
    }
    return null;
  }

  private static List<ImageReaderSpi> readers() {
    IIORegistry registry = registry();
    List<ImageReaderSpi> readers = new ArrayList<>();
    readers.add(ofTheJdk(registry, "png"));
    readers.add(new JPEGImageReaderSpi());
    readers.add(new WebPImageReaderSpi());
    readers.add(ofTheJdk(registry, "gif"));
    readers.add(new TIFFImageReaderSpi());
    readers.add(new BMPImageReaderSpi());
    // Only looks up the JDK's reader that they build on; they are not put into the registry.
    readers.forEach(reader -> reader.onRegistration(registry, ImageReaderSpi.class));
    return List.copyOf(readers);
  }

  private static IIORegistry registry() {
    // The registry of the JVM keeps the readers that its first caller's class loader can see. An
    // engine loads a job's classes anew with every submission and could never let go of them.
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      return IIORegistry.getDefaultInstance();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static ImageReaderSpi ofTheJdk(IIORegistry registry, String format) {
    Iterator<ImageReaderSpi> readers =
        registry.getServiceProviders(
            ImageReaderSpi.class,
            provider ->
                provider.getClass().getName().startsWith("com.sun.imageio.")
                    && List.of(((ImageReaderSpi) provider).getFormatNames()).contains(format),
            true);
    return readers.next();
  }
}
