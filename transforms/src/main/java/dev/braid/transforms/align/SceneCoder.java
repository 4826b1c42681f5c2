package dev.braid.transforms.align;

import dev.braid.scene.Token;
import dev.braid.transforms.featurize.TokenForm;
import dev.braid.transforms.observation.LittleEndian;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Scenes in their compact binary form. Deterministic; safe for several threads. */
public final class SceneCoder extends AtomicCoder<Scene> {
  private static final SceneCoder INSTANCE = new SceneCoder();

  private SceneCoder() {}

  public static SceneCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(Scene scene, OutputStream out) throws IOException {
    LittleEndian.writeString(scene.getEntity(), out);
    LittleEndian.writeInstant(scene.getWindowStart(), out);
    LittleEndian.writeInstant(scene.getWindowEnd(), out);
    LittleEndian.writeLong(scene.getOrdinal(), out);
    LittleEndian.writeInt(scene.getRevision(), out);
    out.write(scene.isFinal() ? 1 : 0);
    LittleEndian.writeInt(scene.getTokens().size(), out);
    for (Map.Entry<String, List<Token>> modality : scene.getTokens().entrySet()) {
      LittleEndian.writeString(modality.getKey(), out);
      writeTokens(modality.getValue(), out);
    }
  }

  static void writeTokens(List<Token> tokens, OutputStream out) throws IOException {
    LittleEndian.writeInt(tokens.size(), out);
    for (Token token : tokens) {
      TokenForm.write(token, out);
    }
  }

  @Override
  public Scene decode(InputStream in) throws IOException {
    String entity = LittleEndian.readString(in);
    Instant start = LittleEndian.readInstant(in);
    Instant end = LittleEndian.readInstant(in);
    long ordinal = LittleEndian.readLong(in);
    int revision = LittleEndian.readInt(in);
    boolean isFinal = in.read() == 1;
    int modalities = LittleEndian.readInt(in);
    Map<String, List<Token>> tokens = new LinkedHashMap<>();
    for (int m = 0; m < modalities; m++) {
      String modality = LittleEndian.readString(in);
      tokens.put(modality, readTokens(in));
    }
    return Scene.of(
        entity, start, end, ordinal, revision, isFinal, Collections.unmodifiableMap(tokens));
  }

  static List<Token> readTokens(InputStream in) throws IOException {
    int count = LittleEndian.readInt(in);
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add(TokenForm.read(in));
    }
    return List.copyOf(tokens);
  }
}
