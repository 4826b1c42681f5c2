package dev.braid.transforms.observation;

import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.observation.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * The Avro form of an observation: the schema {@code observation.avsc} in Avro's single-object
 * encoding (the marker {@code C3 01}, the schema's 8-byte fingerprint, the record). Whatever {@link
 * ObservationJson} refuses is refused here too. Safe for several threads.
 */
public final class ObservationAvro {
  /** The schema, for producers. */
  public static final Schema SCHEMA = schema();

  private static final int HEADER_BYTES = 10;
  private static final byte[] HEADER = header();

  private ObservationAvro() {}

  /**
   * Reads one observation.
   *
   * @throws InvalidObservationException if the bytes are of another schema, cut short, or hold no
   *     valid observation
   */
  public static Observation parse(byte[] value) throws InvalidObservationException {
    // Through tokens, so that one parser says what a valid observation is.
    try (TokenBuffer tokens = new TokenBuffer(null, false)) {
      body(value).writeTo(tokens);
      return ObservationJson.parse(tokens.asParser());
    } catch (IOException
        | AvroRuntimeException
        | DateTimeException
        | UnsupportedOperationException e) {
      throw new InvalidObservationException("the Avro record is cut short or broken: " + e, e);
    }
  }

  /** The event time, null if the bytes are no record with one. */
  static @Nullable Instant eventTime(byte[] value) {
    try {
      return ObservationJson.time(Instant.ofEpochMilli(body(value).timeMillis()).toString());
    } catch (InvalidObservationException
        | IOException
        | AvroRuntimeException
        | DateTimeException e) {
      // Why is said by the parser, which refuses it too.
      return null;
    }
  }

  /** Writes one observation, so that {@link #parse} reads an equal one. */
  public static byte[] format(Observation observation) {
    GenericRecord record = new GenericData.Record(SCHEMA);
    record.put("id", observation.getId());
    record.put("entity", observation.getEntity());
    record.put("modality", observation.getModality());
    record.put("time", observation.getTime().toEpochMilli());
    Payload payload = observation.getPayload();
    if (payload instanceof Payload.Text text) {
      record.put("contentType", text.contentType());
      record.put("text", text.text());
    } else if (payload instanceof Payload.Blob blob) {
      record.put("contentType", blob.contentType());
      record.put("bytes", ByteBuffer.wrap(blob.bytes()));
    } else if (payload instanceof Payload.Reference reference) {
      record.put("contentType", reference.contentType());
      record.put("uri", reference.uri());
    } else if (payload instanceof Payload.Samples samples) {
      record.put("rateHz", samples.rateHz());
      record.put("values", boxed(samples));
    } else if (payload instanceof Payload.Fields fields) {
      record.put("record", fields.values());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HEADER);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    try {
      new GenericDatumWriter<GenericRecord>(SCHEMA).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory cannot fail to be written", e);
    }
    return out.toByteArray();
  }

  private static AvroTokens body(byte[] value) throws InvalidObservationException {
    if (value.length < HEADER_BYTES
        || !Arrays.equals(value, 0, HEADER_BYTES, HEADER, 0, HEADER_BYTES)) {
      throw new InvalidObservationException(
          "not an observation in Avro's single-object encoding: it must begin with the bytes %s,"
                  .formatted(HexFormat.of().formatHex(HEADER))
              + " but begins with: "
              + HexFormat.of()
                  .formatHex(Arrays.copyOf(value, Math.min(value.length, HEADER_BYTES))));
    }
    return new AvroTokens(value, HEADER_BYTES);
  }

  private static List<List<Float>> boxed(Payload.Samples samples) {
    List<List<Float>> boxed = new ArrayList<>(samples.count());
    for (int i = 0; i < samples.count(); i++) {
      List<Float> readings = new ArrayList<>(samples.channels());
      for (int c = 0; c < samples.channels(); c++) {
        readings.add(samples.at(i, c));
      }
      boxed.add(readings);
    }
    return boxed;
  }

  private static Schema schema() {
    try (InputStream in = ObservationAvro.class.getResourceAsStream("observation.avsc")) {
      if (in == null) {
        throw new IllegalStateException("observation.avsc is not on the class path");
      }
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] header() {
    byte[] header = new byte[HEADER_BYTES];
    header[0] = (byte) 0xC3;
    header[1] = 1;
    ByteBuffer.wrap(header)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(2, SchemaNormalization.parsingFingerprint64(SCHEMA));
    return header;
  }
}
