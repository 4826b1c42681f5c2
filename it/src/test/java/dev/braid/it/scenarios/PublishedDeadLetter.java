package dev.braid.it.scenarios;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;

/**
 * A dead letter in its topic.
 *
 * @param headers without the prefix {@code braid.}
 * @param value empty if there is none
 */
record PublishedDeadLetter(Map<String, String> headers, String value) {
  private static final String PREFIX = "braid.";

  static PublishedDeadLetter of(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new TreeMap<>();
    for (Header header : record.headers()) {
      headers.put(
          header.key().substring(PREFIX.length()),
          new String(header.value(), StandardCharsets.UTF_8));
    }
    return new PublishedDeadLetter(
        headers, record.value() == null ? "" : new String(record.value(), StandardCharsets.UTF_8));
  }

  /** Topic, partition and offset of the input; of nulls if the headers do not tell. */
  String position() {
    return "%s %s %s"
        .formatted(headers.get("topic"), headers.get("partition"), headers.get("offset"));
  }

  /** The same of a record that was published. */
  static String position(RecordMetadata lies) {
    return "%s %d %d".formatted(lies.topic(), lies.partition(), lies.offset());
  }
}
