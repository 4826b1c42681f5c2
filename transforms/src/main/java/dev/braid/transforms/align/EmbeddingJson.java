package dev.braid.transforms.align;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.transforms.featurize.Embedding;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** The JSON form of an embedding, in which one that came too late is kept. */
final class EmbeddingJson {
  private static final JsonFactory JSON = new JsonFactory();

  private EmbeddingJson() {}

  static String format(Embedding embedding) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      out.writeStartObject();
      out.writeStringField("id", embedding.getId());
      out.writeStringField("entity", embedding.getEntity());
      out.writeStringField("modality", embedding.getModality());
      out.writeStringField("time", embedding.getTime().toString());
      out.writeArrayFieldStart("embedding");
      for (float value : embedding.getVector()) {
        out.writeNumber(value);
      }
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
