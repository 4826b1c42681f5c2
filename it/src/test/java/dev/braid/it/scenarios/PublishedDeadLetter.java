package dev.braid.it.scenarios;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a dead letter before it comes, and what is found in its topic.
 *
 * @param step that could not use the input
 * @param name the topic, partition and offset of what is no observation, else entity and id
 * @param value the input itself; empty for none and where it is no longer at hand
 */
record PublishedDeadLetter(String step, String name, String value) {
  private static final String ALIGN = "AlignModalities";

  /** What a record must become. */
  static PublishedDeadLetter of(Story.Publish record, RecordMetadata lies) {
    String value = record.value() == null ? "" : record.value();
    String name = record.entity() + " " + record.id();
    return switch (record.fate()) {
      case MALFORMED ->
          new PublishedDeadLetter(
              "ParseObservations",
              "%s %d %d".formatted(lies.topic(), lies.partition(), lies.offset()),
              value);
      case REJECTED -> new PublishedDeadLetter("CleanObservations", name, value);
      case TOO_LATE -> new PublishedDeadLetter(ALIGN, name, "");
      case ANSWERED -> throw new IllegalArgumentException("no dead letter: " + record);
    };
  }

  /**
   * What was found.
   *
   * @throws AssertionError if it gives no reason
   */
  static PublishedDeadLetter of(ConsumerRecord<byte[], byte[]> record) {
    String step = header(record, "step");
    String name =
        record.headers().lastHeader("braid.topic") == null
            ? header(record, "entity") + " " + header(record, "id")
            : "%s %s %s"
                .formatted(
                    header(record, "topic"), header(record, "partition"), header(record, "offset"));
    if (header(record, "reason").isBlank()) {
      throw new AssertionError("a dead letter without a reason: " + record);
    }
    return new PublishedDeadLetter(
        step, name, step.equals(ALIGN) ? "" : new String(record.value(), StandardCharsets.UTF_8));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    @Nullable Header header = record.headers().lastHeader("braid." + name);
    if (header == null) {
      throw new AssertionError("a dead letter without braid.%s: %s".formatted(name, record));
    }
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
