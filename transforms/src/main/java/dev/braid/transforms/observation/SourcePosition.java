package dev.braid.transforms.observation;

import java.io.Serializable;

/**
 * Where in a partitioned log a record stands.
 *
 * @param source the topic
 * @param partition from 0
 * @param offset in the partition, from 0
 */
public record SourcePosition(String source, int partition, long offset) implements Serializable {
  @Override
  public String toString() {
    return source + "-" + partition + "@" + offset;
  }
}
