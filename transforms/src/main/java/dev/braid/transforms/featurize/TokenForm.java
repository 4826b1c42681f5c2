package dev.braid.transforms.featurize;

import dev.braid.scene.Token;
import dev.braid.transforms.observation.LittleEndian;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The compact binary form of tokens, of which coders are made: id, time, and every embedding behind
 * twice the number of its encoder, and one more where another embedding follows.
 */
public final class TokenForm {
  private TokenForm() {}

  public static void write(Token token, OutputStream out) throws IOException {
    LittleEndian.writeString(token.id(), out);
    LittleEndian.writeInstant(token.time(), out);
    int more = token.others().size();
    write(token.encoder(), token.embedding(), more > 0, out);
    for (Token.Other other : token.others()) {
      write(other.encoder(), other.embedding(), --more > 0, out);
    }
  }

  private static void write(int encoder, float[] embedding, boolean more, OutputStream out)
      throws IOException {
    LittleEndian.writeInt(encoder << 1 | (more ? 1 : 0), out);
    LittleEndian.writeFloats(embedding, out);
  }

  public static Token read(InputStream in) throws IOException {
    String id = LittleEndian.readString(in);
    Instant time = LittleEndian.readInstant(in);
    int first = LittleEndian.readInt(in);
    float[] embedding = LittleEndian.readFloats(in);
    if (!isFollowed(first)) {
      return new Token(id, time, embedding, first >> 1, List.of());
    }
    List<Token.Other> others = new ArrayList<>();
    int last = first;
    while (isFollowed(last)) {
      last = LittleEndian.readInt(in);
      others.add(new Token.Other(last >> 1, LittleEndian.readFloats(in)));
    }
    return new Token(id, time, embedding, first >> 1, others);
  }

  private static boolean isFollowed(int number) {
    return (number & 1) == 1;
  }
}
