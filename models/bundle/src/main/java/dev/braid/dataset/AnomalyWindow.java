package dev.braid.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of time, from {@code start} (inclusive) to {@code end} (exclusive), in which an entity
 * is known to be out of order. A data set may have any number of them in {@value #FILE}, one JSON
 * object a line ({@code {"entity","start","end"}}). They are for evaluation alone: training never
 * looks at them.
 */
public record AnomalyWindow(String entity, Instant start, Instant end) {
  /** Where a data set has them. */
  public static final String FILE = "anomalies.jsonl";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  public AnomalyWindow {
    if (!start.isBefore(end)) {
      throw new IllegalArgumentException(
          "an anomaly of '%s' must end after its start %s, but ends at %s"
              .formatted(entity, start, end));
    }
  }

  /**
   * The windows of a data set; empty where it has none.
   *
   * @throws InvalidDatasetException if the file cannot be read or a line is malformed
   */
  public static List<AnomalyWindow> read(Path dataset) {
    Path file = dataset.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    try {
      List<String> lines = Files.readAllLines(file);
      List<AnomalyWindow> windows = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          windows.add(parse(lines.get(i), FILE + ":" + (i + 1)));
        }
      }
      return List.copyOf(windows);
    } catch (IOException e) {
      throw new InvalidDatasetException("cannot read " + file + ": " + e, e);
    }
  }

  private static AnomalyWindow parse(String line, String where) {
    try {
      JsonNode node = JSON.readTree(line);
      return new AnomalyWindow(
          text(node, "entity"),
          Instant.parse(text(node, "start")),
          Instant.parse(text(node, "end")));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new InvalidDatasetException(where + ": not JSON: " + e.getOriginalMessage(), e);
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new InvalidDatasetException(where + ": not an anomaly: " + e.getMessage(), e);
    }
  }

  private static String text(JsonNode node, String member) {
    JsonNode value = node.path(member);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw new IllegalArgumentException(
          "'%s' must be a text, but was: %s".formatted(member, value));
    }
    return value.textValue();
  }

  /** Whether a window of an entity has a part of this stretch. */
  public boolean overlaps(String otherEntity, Instant from, Instant to) {
    return entity.equals(otherEntity) && start.isBefore(to) && from.isBefore(end);
  }
}
