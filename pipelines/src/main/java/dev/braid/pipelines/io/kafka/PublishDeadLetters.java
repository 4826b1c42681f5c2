package dev.braid.pipelines.io.kafka;

import dev.braid.transforms.observation.DeadLetter;
import dev.braid.transforms.observation.SourcePosition;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Publishes dead letters, at least once: the value is the input itself, so that it can be published
 * again once it is mended, the key its entity where that is known, and the rest stands in headers:
 * {@code braid.step braid.reason braid.modality braid.entity braid.id braid.modelDigest} and, for
 * what came from a topic and could not be read, {@code braid.topic braid.partition braid.offset}.
 * The metric {@code deadLetters} counts them.
 */
public final class PublishDeadLetters extends PTransform<PCollection<BadRecord>, PDone> {
  private final KafkaOutput output;

  private PublishDeadLetters(KafkaOutput output) {
    this.output = output;
  }

  public static PublishDeadLetters to(KafkaOutput output) {
    return new PublishDeadLetters(output);
  }

  @Override
  public PDone expand(PCollection<BadRecord> failures) {
    return failures
        .apply("Format", ParDo.of(new Format(output.address().topic())))
        .setCoder(KafkaOutput.coder())
        .apply("Publish", output.write());
  }

  /** The record that a dead letter is. */
  static ProducerRecord<byte[], byte[]> record(String topic, DeadLetter letter) {
    String entity = letter.getEntity();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            entity == null ? null : bytes(entity),
            letter.isBinary()
                ? Base64.getDecoder().decode(letter.getInput())
                : bytes(letter.getInput()));
    Headers headers = record.headers();
    add(headers, "step", letter.getStep());
    add(headers, "reason", letter.getReason());
    add(headers, "modality", letter.getModality());
    add(headers, "entity", entity);
    add(headers, "id", letter.getId());
    add(headers, "modelDigest", letter.getModelDigest());
    SourcePosition position = letter.getPosition();
    if (position != null) {
      add(headers, "topic", position.source());
      add(headers, "partition", Integer.toString(position.partition()));
      add(headers, "offset", Long.toString(position.offset()));
    }
    return record;
  }

  private static void add(Headers headers, String name, @Nullable String value) {
    if (value != null) {
      headers.add("braid." + name, bytes(value));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final class Format extends DoFn<BadRecord, ProducerRecord<byte[], byte[]>> {
    private final Counter published = Metrics.counter(PublishDeadLetters.class, "deadLetters");
    private final String topic;

    Format(String topic) {
      this.topic = topic;
    }

    @ProcessElement
    public void process(
        @Element BadRecord failure, OutputReceiver<ProducerRecord<byte[], byte[]>> out) {
      published.inc();
      out.output(record(topic, DeadLetter.fromBadRecord(failure)));
    }
  }
}
