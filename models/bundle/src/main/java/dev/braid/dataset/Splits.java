package dev.braid.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Which part of a data set each entity belongs to: as {@code splits.jsonl} says ({@code
 * {"entity","split"}}), else by a hash of its name. Immutable; safe for several threads.
 */
public final class Splits {
  private final Map<String, Split> byEntity;

  private Splits(Map<String, Split> byEntity) {
    this.byEntity = byEntity;
  }

  /**
   * The splits of the data set at {@code directory}, with or without a file of them.
   *
   * @throws InvalidDatasetException if the file is malformed or assigns an entity twice
   */
  public static Splits of(Path directory) {
    Map<String, Split> splits = new HashMap<>();
    Path file = directory.resolve("splits.jsonl");
    if (Files.isRegularFile(file)) {
      Lines.read(
          directory,
          file,
          line -> {
            try {
              JsonNode node = Dataset.JSON.readTree(line.text());
              String entity = Dataset.text(node, "entity");
              Split split = Split.parse(Dataset.text(node, "split"));
              Split other = splits.put(entity, split);
              if (other != null && other != split) {
                throw new IllegalArgumentException(
                    "'%s' is in %s already".formatted(entity, other.label()));
              }
            } catch (JsonProcessingException | IllegalArgumentException e) {
              throw new InvalidDatasetException(
                  line.where() + ": not a split: " + Dataset.describe(e), e);
            }
          });
    }
    return new Splits(splits);
  }

  /** The part of an entity. */
  public Split of(String entity) {
    Split split = byEntity.get(entity);
    return split == null ? Split.byHash(entity) : split;
  }
}
