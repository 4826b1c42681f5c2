package dev.braid.transforms.observation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a line that is no observation still says of its origin: the members that stand before the
 * place where it breaks.
 */
record LineOrigin(@Nullable String modality, @Nullable String entity, @Nullable String id) {
  private static final JsonFactory JSON = new JsonFactory();

  static LineOrigin of(String line) {
    String modality = null;
    String entity = null;
    String id = null;
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new LineOrigin(null, null, null);
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String member = parser.currentName();
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
          switch (member) {
            case "modality" -> modality = parser.getText();
            case "entity" -> entity = parser.getText();
            case "id" -> id = parser.getText();
            default -> {}
          }
        } else {
          parser.skipChildren();
        }
      }
      return new LineOrigin(modality, entity, id);
    } catch (IOException e) {
      // Why the line is broken was said by the parser that refused it.
      return new LineOrigin(modality, entity, id);
    }
  }
}
