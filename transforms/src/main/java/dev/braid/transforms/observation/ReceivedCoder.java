package dev.braid.transforms.observation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.CoderException;

/** Received records in binary form. Deterministic; safe for several threads. */
public final class ReceivedCoder extends AtomicCoder<Received> {
  private static final ReceivedCoder INSTANCE = new ReceivedCoder();

  private static final int WITHOUT_POSITION = 0;
  private static final int WITH_POSITION = 1;

  private ReceivedCoder() {}

  public static ReceivedCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Received received, OutputStream out) throws IOException {
    SourcePosition position = received.getPosition();
    if (position == null) {
      out.write(WITHOUT_POSITION);
    } else {
      out.write(WITH_POSITION);
      LittleEndian.writeString(position.source(), out);
      LittleEndian.writeInt(position.partition(), out);
      LittleEndian.writeLong(position.offset(), out);
    }
    LittleEndian.writeBytes(received.getValue(), out);
  }

  @Override
  public Received decode(InputStream in) throws IOException {
    int kind = in.read();
    SourcePosition position =
        switch (kind) {
          case WITHOUT_POSITION -> null;
          case WITH_POSITION ->
              new SourcePosition(
                  LittleEndian.readString(in), LittleEndian.readInt(in), LittleEndian.readLong(in));
          default -> throw new CoderException("no form of a received record: " + kind);
        };
    return Received.of(LittleEndian.readBytes(in), position);
  }
}
