package dev.braid.featurizer;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How a camera was held: the tag {@code Orientation} (0x0112) of an image's Exif data, 1 to 8 (CIPA
 * DC-008, section 4.6.4). 1, upright, where there is none or it cannot be read.
 */
final class ExifOrientation {
  private static final int UPRIGHT = 1;
  private static final int TAG = 0x0112;
  private static final int SHORT = 3;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  private ExifOrientation() {}

  /** The orientation in the bytes of a JPEG, PNG, WebP or TIFF image. */
  static int of(byte[] image) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(image);
      if (startsWith(image, 0, "\u00ff\u00d8\u00ff")) {
        return jpeg(bytes);
      } else if (startsWith(image, 0, "\u0089PNG\r\n\u001a\n")) {
        return chunks(bytes, 8, false, "eXIf");
      } else if (startsWith(image, 0, "RIFF") && startsWith(image, 8, "WEBP")) {
        return chunks(bytes, 12, true, "EXIF");
      } else if (startsWith(image, 0, "II*\0") || startsWith(image, 0, "MM\0*")) {
        return tiff(bytes);
      }
      return UPRIGHT;
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      return UPRIGHT; // Cut off or broken: whether the picture can be read is the decoder's to say.
    }
  }

  private static int jpeg(ByteBuffer bytes) {
    bytes.position(2);
    while ((bytes.get() & 0xff) == 0xff) {
      int marker = bytes.get() & 0xff;
      if (marker == 0xff) {
        bytes.position(bytes.position() - 1); // A fill byte.
      } else if (marker == 0xda || marker == 0xd9) {
        return UPRIGHT; // The picture itself begins.
      } else {
        int begin = bytes.position();
        int length = bytes.getShort() & 0xffff;
        if (marker == 0xe1 && startsWith(bytes.array(), begin + 2, EXIF)) {
          return tiff(bytes.slice(begin + 2 + EXIF.length, length - 2 - EXIF.length));
        }
        bytes.position(begin + length);
      }
    }
    return UPRIGHT;
  }

  private static int chunks(ByteBuffer bytes, int begin, boolean riff, String wanted) {
    bytes.order(riff ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN).position(begin);
    while (bytes.hasRemaining()) {
      int length = riff ? bytes.getInt(bytes.position() + 4) : bytes.getInt(bytes.position());
      boolean found = startsWith(bytes.array(), bytes.position() + (riff ? 0 : 4), wanted);
      int data = bytes.position() + 8;
      if (found) {
        int skipped = startsWith(bytes.array(), data, EXIF) ? EXIF.length : 0;
        return tiff(bytes.slice(data + skipped, length - skipped));
      }
      // PNG: behind the check sum. RIFF: chunks begin at even places.
      long next = data + (length & 0xffffffffL) + (riff ? length & 1 : 4);
      bytes.position((int) Math.min(bytes.limit(), next));
    }
    return UPRIGHT;
  }

  private static int tiff(ByteBuffer tiff) {
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    int entries = tiff.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + 12 * i;
      if ((tiff.getShort(entry) & 0xffff) == TAG) {
        int orientation = tiff.getShort(entry + 8);
        boolean valid = tiff.getShort(entry + 2) == SHORT && orientation >= 1 && orientation <= 8;
        return valid ? orientation : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  private static boolean startsWith(byte[] bytes, int at, String prefix) {
    return startsWith(bytes, at, prefix.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] prefix) {
    return at + prefix.length <= bytes.length
        && Arrays.equals(bytes, at, at + prefix.length, prefix, 0, prefix.length);
  }
}
