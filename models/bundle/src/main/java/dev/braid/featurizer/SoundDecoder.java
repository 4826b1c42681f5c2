package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Decodes WAV, AIFF and AU files of linear, floating-point, mu-law and A-law samples, and mixes
 * their channels to one. Not with the JDK's readers: of some broken headers they never come back.
 */
final class SoundDecoder {
  /** The longest sound, in samples of all its channels. */
  static final long MAX_SAMPLES = 32L * 1024 * 1024;

  private static final int MAX_CHANNELS = 64;
  private static final double MAX_RATE = 10_000_000;

  /**
   * A sound of one channel.
   *
   * @param samples at least one, in [-1, 1]
   * @param rateHz samples per second, at least 1
   */
  record Sound(float[] samples, double rateHz) {}

  /** How one sample is written. */
  private enum Coding {
    UNSIGNED,
    SIGNED,
    FLOAT,
    MU_LAW,
    A_LAW
  }

  private final Payload.Blob blob;
  private final ByteBuffer bytes;
  private Coding coding = Coding.SIGNED;
  private int channels;
  private int bits;
  private double rateHz;
  private int begin = -1;
  private int end;

  private SoundDecoder(Payload.Blob blob) {
    this.blob = blob;
    this.bytes = ByteBuffer.wrap(blob.bytes());
  }

  /**
   * The sound in the bytes of a file; of one that was cut off what is there.
   *
   * @throws InvalidObservationException if it is not a sound, has a broken header or too many
   *     samples
   */
  static Sound decode(Payload.Blob blob) throws InvalidObservationException {
    return new SoundDecoder(blob).decode();
  }

  private Sound decode() throws InvalidObservationException {
    try {
      if (is(0, "RIFF") && is(8, "WAVE")) {
        wav();
      } else if (is(0, "FORM") && (is(8, "AIFF") || is(8, "AIFC"))) {
        aiff();
      } else if (is(0, ".snd")) {
        au();
      } else {
        throw new InvalidObservationException(
            "not a sound that can be read (WAV, AIFF, AU): %d bytes of '%s'"
                .formatted(bytes.limit(), blob.contentType()));
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw broken("it is cut off inside its header");
    }
    return mixed();
  }

  private void wav() throws InvalidObservationException {
    bytes.order(ByteOrder.LITTLE_ENDIAN).position(12);
    while (begin < 0) {
      int chunk = bytes.position();
      long size = bytes.getInt(chunk + 4) & 0xffffffffL;
      int data = chunk + 8;
      if (is(chunk, "fmt ")) {
        int tag = bytes.getShort(data) & 0xffff;
        channels = bytes.getShort(data + 2) & 0xffff;
        rateHz = bytes.getInt(data + 4) & 0xffffffffL;
        int frame = bytes.getShort(data + 12) & 0xffff;
        bits = bytes.getShort(data + 14) & 0xffff;
        // WAVE_FORMAT_EXTENSIBLE: the format is the beginning of a GUID.
        tag = tag == 0xfffe && size >= 40 ? bytes.getShort(data + 24) & 0xffff : tag;
        coding =
            switch (tag) {
              case 1 -> bits <= 8 ? Coding.UNSIGNED : Coding.SIGNED;
              case 3 -> Coding.FLOAT;
              case 6 -> Coding.A_LAW;
              case 7 -> Coding.MU_LAW;
              default -> throw broken("samples of format " + tag + " cannot be decoded");
            };
        if (frame != channels * sampleBytes()) {
          throw broken(
              "%d bytes cannot hold %d channels of %d bits".formatted(frame, channels, bits));
        }
      } else if (is(chunk, "data")) {
        samples(data, size);
      }
      next(data, size);
    }
  }

  private void aiff() throws InvalidObservationException {
    bytes.order(ByteOrder.BIG_ENDIAN).position(12);
    while (begin < 0 || channels == 0) {
      int chunk = bytes.position();
      long size = bytes.getInt(chunk + 4) & 0xffffffffL;
      int data = chunk + 8;
      if (is(chunk, "COMM")) {
        channels = bytes.getShort(data) & 0xffff;
        bits = bytes.getShort(data + 6) & 0xffff;
        rateHz = extended(data + 8);
        if (is(8, "AIFC")) {
          compression(new String(blob.bytes(), data + 18, 4, StandardCharsets.ISO_8859_1));
        }
      } else if (is(chunk, "SSND")) {
        long skipped = 8 + (bytes.getInt(data) & 0xffffffffL);
        samples(data + skipped, size - skipped);
      }
      next(data, size);
    }
  }

  private void compression(String name) throws InvalidObservationException {
    switch (name) {
      case "NONE", "twos" -> coding = Coding.SIGNED;
      case "sowt" -> bytes.order(ByteOrder.LITTLE_ENDIAN);
      case "fl32", "FL32", "fl64", "FL64" -> coding = Coding.FLOAT;
      case "ulaw", "ULAW" -> coding = Coding.MU_LAW;
      case "alaw", "ALAW" -> coding = Coding.A_LAW;
      default -> throw broken("samples of format '" + name + "' cannot be decoded");
    }
  }

  private void au() throws InvalidObservationException {
    bytes.order(ByteOrder.BIG_ENDIAN);
    int format = bytes.getInt(12);
    rateHz = bytes.getInt(16) & 0xffffffffL;
    channels = bytes.getInt(20);
    coding =
        switch (format) {
          case 1 -> Coding.MU_LAW;
          case 2, 3, 4, 5 -> Coding.SIGNED;
          case 6, 7 -> Coding.FLOAT;
          case 27 -> Coding.A_LAW;
          default -> throw broken("samples of format " + format + " cannot be decoded");
        };
    bits = format == 7 ? 64 : format == 6 ? 32 : format == 1 || format == 27 ? 8 : 8 * format - 8;
    samples(bytes.getInt(4) & 0xffffffffL, bytes.getInt(8) & 0xffffffffL);
  }

  /** Notes where the samples lie; a recorder may not have known how many would come. */
  private void samples(long from, long size) {
    begin = (int) Math.min(bytes.limit(), from);
    end = (int) Math.min(bytes.limit(), from + Math.max(0, size));
  }

  private void next(int data, long size) {
    // Chunks begin at even places. At the end the samples may be all that was looked for.
    long next = data + size + (size & 1);
    bytes.position((int) Math.min(bytes.limit(), next));
  }

  private Sound mixed() throws InvalidObservationException {
    if (channels < 1 || channels > MAX_CHANNELS) {
      throw new InvalidObservationException(
          "a sound must have 1 to %d channels, but had: %d".formatted(MAX_CHANNELS, channels));
    }
    if (!(rateHz >= 1 && rateHz <= MAX_RATE)) {
      throw new InvalidObservationException(
          "a sound must have 1 to %.0f samples per second, but had: %s"
              .formatted(MAX_RATE, rateHz));
    }
    boolean decodable =
        switch (coding) {
          case FLOAT -> bits == 32 || bits == 64;
          case MU_LAW, A_LAW -> sampleBytes() == 1 || bits == 16;
          default -> bits >= 1 && bits <= 32;
        };
    if (!decodable) {
      throw broken("samples of %d bits cannot be decoded".formatted(bits));
    }
    int size = coding == Coding.MU_LAW || coding == Coding.A_LAW ? 1 : sampleBytes();
    int frames = (end - begin) / (channels * size);
    if (frames == 0) {
      throw new InvalidObservationException(
          "a sound must have at least one sample of each channel, but had %d bytes for %d channels"
              .formatted(end - begin, channels));
    }
    if ((long) frames * channels > MAX_SAMPLES) {
      throw new InvalidObservationException(
          "a sound must have at most %d samples, but had: %d"
              .formatted(MAX_SAMPLES, (long) frames * channels));
    }
    float[] mono = new float[frames];
    for (int i = 0; i < frames; i++) {
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += sample(begin + (i * channels + c) * size, size);
      }
      mono[i] = (float) Math.max(-1, Math.min(1, sum / channels));
    }
    return new Sound(mono, rateHz);
  }

  private double sample(int at, int size) {
    return switch (coding) {
      case UNSIGNED -> ((bytes.get(at) & 0xff) - 128) / 128.0;
      case SIGNED -> integer(at, size) / (double) (1L << (8 * size - 1));
      case FLOAT -> {
        double value = size == 4 ? bytes.getFloat(at) : bytes.getDouble(at);
        yield Double.isNaN(value) ? 0 : value;
      }
      case MU_LAW -> muLaw(bytes.get(at)) / 32768.0;
      case A_LAW -> aLaw(bytes.get(at)) / 32768.0;
    };
  }

  private int integer(int at, int size) {
    if (size == 2) {
      return bytes.getShort(at);
    }
    boolean little = bytes.order() == ByteOrder.LITTLE_ENDIAN;
    int value = bytes.get(little ? at + size - 1 : at);
    for (int i = 1; i < size; i++) {
      value = value << 8 | (bytes.get(little ? at + size - 1 - i : at + i) & 0xff);
    }
    return value;
  }

  /** ITU-T G.711. */
  private static int muLaw(byte code) {
    int bits = ~code & 0xff;
    int value = (((bits & 0x0f) << 3) + 0x84) << (bits >> 4 & 7);
    return (bits & 0x80) != 0 ? 0x84 - value : value - 0x84;
  }

  /** ITU-T G.711. */
  private static int aLaw(byte code) {
    int bits = (code ^ 0x55) & 0xff;
    int segment = bits >> 4 & 7;
    int value = ((bits & 0x0f) << 4) + (segment == 0 ? 8 : 0x108);
    value = segment > 1 ? value << (segment - 1) : value;
    return (bits & 0x80) != 0 ? value : -value;
  }

  /** A number of 80 bits: sign and exponent in 16, then the mantissa with its leading one. */
  private double extended(int at) {
    int exponent = bytes.getShort(at) & 0x7fff;
    double mantissa = Math.scalb((double) (bytes.getLong(at + 2) >>> 1), -62);
    return bytes.getShort(at) < 0 ? -1 : Math.scalb(mantissa, exponent - 16_383);
  }

  private int sampleBytes() {
    return (bits + 7) / 8;
  }

  private boolean is(int at, String name) {
    for (int i = 0; i < name.length(); i++) {
      if (at + i >= bytes.limit() || bytes.get(at + i) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private InvalidObservationException broken(String why) {
    return new InvalidObservationException(
        "broken sound of '%s': %s".formatted(blob.contentType(), why));
  }
}
