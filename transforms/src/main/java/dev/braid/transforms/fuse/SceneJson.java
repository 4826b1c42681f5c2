package dev.braid.transforms.fuse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.scene.Token;
import dev.braid.transforms.align.Scene;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** The JSON form of a scene, in which a scene that could not be answered is kept. */
final class SceneJson {
  private static final JsonFactory JSON = new JsonFactory();

  private SceneJson() {}

  static String format(Scene scene) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.writeStartObject();
      out.writeStringField("entity", scene.getEntity());
      out.writeStringField("windowStart", scene.getWindowStart().toString());
      out.writeStringField("windowEnd", scene.getWindowEnd().toString());
      out.writeObjectFieldStart("tokens");
      for (Map.Entry<String, List<Token>> modality : scene.getTokens().entrySet()) {
        out.writeArrayFieldStart(modality.getKey());
        for (Token token : modality.getValue()) {
          write(token, out);
        }
        out.writeEndArray();
      }
      out.writeEndObject();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(Token token, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("id", token.id());
    out.writeStringField("time", token.time().toString());
    write("embedding", token.embedding(), out);
    if (token.encoder() != Token.UNNAMED) {
      out.writeNumberField("encoder", token.encoder());
    }
    if (!token.others().isEmpty()) {
      out.writeArrayFieldStart("others");
      for (Token.Other other : token.others()) {
        out.writeStartObject();
        write("embedding", other.embedding(), out);
        out.writeNumberField("encoder", other.encoder());
        out.writeEndObject();
      }
      out.writeEndArray();
    }
    out.writeEndObject();
  }

  private static void write(String name, float[] values, JsonGenerator out) throws IOException {
    out.writeArrayFieldStart(name);
    for (float value : values) {
      out.writeNumber(value);
    }
    out.writeEndArray();
  }
}
