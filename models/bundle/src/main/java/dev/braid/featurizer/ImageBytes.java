package dev.braid.featurizer;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The bytes of an image as a reader wants them. Some readers take zeros for what lies behind the
 * end and go on for as many pixels as the header claims: here they are stopped. Used by one thread.
 */
final class ImageBytes extends ImageInputStreamImpl {
  /** How often a reader may look behind the end; good ones fill a buffer ahead. */
  private static final int MAX_LOOKS = 1_024;

  private final byte[] bytes;
  private int looks;

  ImageBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    if (streamPos >= bytes.length) {
      return atEnd();
    }
    return bytes[(int) streamPos++] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    } else if (streamPos >= bytes.length) {
      return atEnd();
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return bytes.length;
  }

  private int atEnd() throws IOException {
    if (++looks > MAX_LOOKS) {
      throw new IOException("it is cut off");
    }
    return -1;
  }
}
