package dev.braid.transforms.observation;

import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.braid.observation.InvalidObservationException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads the body of a record of {@code observation.avsc}, field by field, as the tokens of its JSON
 * form. Avro's generic reader believes every length that the bytes claim, and allocates it, and its
 * skipping can go back and never end; here a length is held to the bytes that are left. Used once,
 * by one thread.
 */
final class AvroTokens {
  private final BinaryDecoder in;

  /** Bytes after the last length that was read are at most these. */
  private final int length;

  AvroTokens(byte[] value, int from) {
    this.length = value.length - from;
    this.in = DecoderFactory.get().binaryDecoder(value, from, length, null);
  }

  /**
   * Writes the whole record.
   *
   * @throws UnsupportedOperationException if a collection claims more items than Java can hold
   */
  void writeTo(TokenBuffer out) throws IOException, InvalidObservationException {
    out.writeStartObject();
    out.writeStringField("id", string());
    out.writeStringField("entity", string());
    out.writeStringField("modality", string());
    out.writeStringField("time", Instant.ofEpochMilli(in.readLong()).toString());
    for (String member : new String[] {"contentType", "text"}) {
      if (present()) {
        out.writeStringField(member, string());
      }
    }
    if (present()) {
      out.writeStringField("base64", Base64.getEncoder().encodeToString(bytes()));
    }
    if (present()) {
      out.writeStringField("uri", string());
    }
    if (present()) {
      out.writeNumberField("rateHz", in.readDouble());
    }
    if (present()) {
      out.writeFieldName("values");
      samples(out);
    }
    if (present()) {
      out.writeFieldName("record");
      fields(out);
    }
    out.writeEndObject();
    if (!in.isEnd()) {
      throw new InvalidObservationException("there are bytes after the Avro record");
    }
  }

  /** Only the event time. */
  long timeMillis() throws IOException, InvalidObservationException {
    for (int field = 0; field < 3; field++) {
      bytes();
    }
    return in.readLong();
  }

  private boolean present() throws IOException, InvalidObservationException {
    int branch = in.readIndex();
    if (branch != 0 && branch != 1) {
      throw new InvalidObservationException("the Avro record has no union branch " + branch);
    }
    return branch == 1;
  }

  private String string() throws IOException, InvalidObservationException {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  private byte[] bytes() throws IOException, InvalidObservationException {
    byte[] bytes = new byte[(int) bounded(in.readLong())];
    in.readFixed(bytes);
    return bytes;
  }

  private void samples(TokenBuffer out) throws IOException, InvalidObservationException {
    out.writeStartArray();
    for (long n = bounded(in.readArrayStart()); n > 0; n = bounded(in.arrayNext())) {
      for (long i = 0; i < n; i++) {
        sample(out);
      }
    }
    out.writeEndArray();
  }

  private void sample(TokenBuffer out) throws IOException, InvalidObservationException {
    out.writeStartArray();
    for (long n = bounded(in.readArrayStart()); n > 0; n = bounded(in.arrayNext())) {
      for (long i = 0; i < n; i++) {
        float reading = in.readFloat();
        if (Float.isNaN(reading)) {
          out.writeNull();
        } else {
          out.writeNumber(reading);
        }
      }
    }
    out.writeEndArray();
  }

  private void fields(TokenBuffer out) throws IOException, InvalidObservationException {
    out.writeStartObject();
    for (long n = bounded(in.readMapStart()); n > 0; n = bounded(in.mapNext())) {
      for (long i = 0; i < n; i++) {
        out.writeFieldName(string());
        int branch = in.readIndex();
        switch (branch) {
          case 0 -> out.writeNull();
          case 1 -> out.writeString(string());
          case 2 -> out.writeNumber(in.readDouble());
          case 3 -> out.writeBoolean(in.readBoolean());
          default ->
              throw new InvalidObservationException(
                  "the Avro record has no union branch " + branch);
        }
      }
    }
    out.writeEndObject();
  }

  /** Every item takes a byte at least. */
  private long bounded(long claimed) throws IOException {
    if (claimed < 0 || claimed > length) {
      throw new EOFException(
          "a length of %d, but the record has %d bytes".formatted(claimed, length));
    }
    return claimed;
  }
}
