package dev.braid.transforms.observation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.ObservationJson;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a line that is no observation still says of its origin: the members that stand before the
 * place where it breaks.
 */
record LineOrigin(@Nullable String modality, @Nullable String entity, @Nullable String id) {
  /** Of bytes that say nothing. */
  static final LineOrigin UNKNOWN = new LineOrigin(null, null, null);

  private static final JsonFactory JSON = new JsonFactory();

  /** Takes members until it has enough. */
  private interface Members {
    /** Takes one that is a string, and tells whether to go on. */
    boolean member(String name, String value);
  }

  static LineOrigin of(String line) {
    String[] found = new String[3];
    scan(
        line,
        (name, value) -> {
          switch (name) {
            case "modality" -> found[0] = value;
            case "entity" -> found[1] = value;
            case "id" -> found[2] = value;
            default -> {}
          }
          return true;
        });
    return new LineOrigin(found[0], found[1], found[2]);
  }

  /** The event time of a line, null if it has none that can be read. */
  static @Nullable Instant eventTime(String line) {
    String[] found = new String[1];
    scan(
        line,
        (name, value) -> {
          if (name.equals("time")) {
            found[0] = value;
          }
          return found[0] == null;
        });
    try {
      return found[0] == null ? null : ObservationJson.time(found[0]);
    } catch (InvalidObservationException e) {
      // Why the line is broken is said by the parser that refuses it.
      return null;
    }
  }

  private static void scan(String line, Members members) {
    try (JsonParser parser =
        JSON.createParser(line.startsWith("\uFEFF") ? line.substring(1) : line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.VALUE_STRING) {
          // The payload is skipped without being read.
          boolean known =
              switch (name) {
                case "id", "entity", "modality", "time" -> true;
                default -> false;
              };
          if (known && !members.member(name, parser.getText())) {
            return;
          }
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      // Why the line is broken was said by the parser that refused it.
      return;
    }
  }
}
