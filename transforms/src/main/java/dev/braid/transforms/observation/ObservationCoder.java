package dev.braid.transforms.observation;

import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.CoderException;
import org.jspecify.annotations.Nullable;

/** Observations in their compact binary form. Deterministic; safe for several threads. */
public final class ObservationCoder extends AtomicCoder<Observation> {
  private static final ObservationCoder INSTANCE = new ObservationCoder();

  private static final int TEXT = 0;
  private static final int BLOB = 1;
  private static final int REFERENCE = 2;
  private static final int SAMPLES = 3;
  private static final int FIELDS = 4;

  private static final int NULL = 0;
  private static final int STRING = 1;
  private static final int DOUBLE = 2;
  private static final int TRUE = 3;
  private static final int FALSE = 4;

  private ObservationCoder() {}

  public static ObservationCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Observation observation, OutputStream out) throws IOException {
    LittleEndian.writeString(observation.getId(), out);
    LittleEndian.writeString(observation.getEntity(), out);
    LittleEndian.writeString(observation.getModality(), out);
    LittleEndian.writeInstant(observation.getTime(), out);
    Payload payload = observation.getPayload();
    if (payload instanceof Payload.Text text) {
      out.write(TEXT);
      LittleEndian.writeString(text.text(), out);
      LittleEndian.writeString(text.contentType(), out);
    } else if (payload instanceof Payload.Blob blob) {
      out.write(BLOB);
      LittleEndian.writeBytes(blob.bytes(), out);
      LittleEndian.writeString(blob.contentType(), out);
    } else if (payload instanceof Payload.Reference reference) {
      out.write(REFERENCE);
      LittleEndian.writeString(reference.uri(), out);
      LittleEndian.writeString(reference.contentType(), out);
    } else if (payload instanceof Payload.Samples samples) {
      out.write(SAMPLES);
      writeSamples(samples, out);
    } else if (payload instanceof Payload.Fields fields) {
      out.write(FIELDS);
      writeFields(fields, out);
    }
  }

  @Override
  public Observation decode(InputStream in) throws IOException {
    return Observation.of(
        LittleEndian.readString(in),
        LittleEndian.readString(in),
        LittleEndian.readString(in),
        LittleEndian.readInstant(in),
        readPayload(in));
  }

  private static Payload readPayload(InputStream in) throws IOException {
    int kind = in.read();
    return switch (kind) {
      case TEXT -> new Payload.Text(LittleEndian.readString(in), LittleEndian.readString(in));
      case BLOB -> new Payload.Blob(LittleEndian.readBytes(in), LittleEndian.readString(in));
      case REFERENCE ->
          new Payload.Reference(LittleEndian.readString(in), LittleEndian.readString(in));
      case SAMPLES -> readSamples(in);
      case FIELDS -> readFields(in);
      default -> throw new CoderException("no kind of payload: " + kind);
    };
  }

  private static void writeSamples(Payload.Samples samples, OutputStream out) throws IOException {
    LittleEndian.writeDouble(samples.rateHz(), out);
    LittleEndian.writeInt(samples.count(), out);
    LittleEndian.writeFloats(samples.values(), out);
  }

  private static Payload.Samples readSamples(InputStream in) throws IOException {
    double rateHz = LittleEndian.readDouble(in);
    int count = LittleEndian.readInt(in);
    float[] values = LittleEndian.readFloats(in);
    if (count < 1 || values.length % count != 0) {
      throw new CoderException(values.length + " readings are not " + count + " samples");
    }
    return new Payload.Samples(rateHz, values.length / count, values);
  }

  private static void writeFields(Payload.Fields fields, OutputStream out) throws IOException {
    LittleEndian.writeInt(fields.values().size(), out);
    for (Map.Entry<String, Object> field : fields.values().entrySet()) {
      LittleEndian.writeString(field.getKey(), out);
      writeField(field.getValue(), out);
    }
  }

  private static void writeField(@Nullable Object value, OutputStream out) throws IOException {
    if (value == null) {
      out.write(NULL);
    } else if (value instanceof String text) {
      out.write(STRING);
      LittleEndian.writeString(text, out);
    } else if (value instanceof Double number) {
      out.write(DOUBLE);
      LittleEndian.writeDouble(number, out);
    } else if (value instanceof Boolean truth) {
      out.write(truth ? TRUE : FALSE);
    } else {
      throw new CoderException(
          "a field must be a String, Double, Boolean or null, but was: " + value.getClass());
    }
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // Fields documents that a value may be null.
  private static Payload.Fields readFields(InputStream in) throws IOException {
    int size = LittleEndian.readInt(in);
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      values.put(LittleEndian.readString(in), readField(in));
    }
    return new Payload.Fields((Map<String, Object>) (Map<String, ?>) values);
  }

  private static @Nullable Object readField(InputStream in) throws IOException {
    int kind = in.read();
    return switch (kind) {
      case NULL -> null;
      case STRING -> LittleEndian.readString(in);
      case DOUBLE -> LittleEndian.readDouble(in);
      case TRUE -> true;
      case FALSE -> false;
      default -> throw new CoderException("no kind of field: " + kind);
    };
  }
}
