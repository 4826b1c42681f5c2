package dev.braid.pipelines.io.kafka;

import dev.braid.pipelines.io.PredictionJson;
import dev.braid.transforms.fuse.Prediction;
import java.nio.charset.StandardCharsets;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Publishes predictions as {@link PredictionJson} under their entity as the key, at least once:
 * after a failure a prediction may come again, with the same {@code id} and {@code revision}. The
 * metric {@code predictions} counts them.
 */
public final class PublishPredictions extends PTransform<PCollection<Prediction>, PDone> {
  private final KafkaOutput output;
  private final int shards;
  private final String group;

  private PublishPredictions(KafkaOutput output, int shards, String group) {
    this.output = output;
    this.shards = shards;
    this.group = group;
  }

  public static PublishPredictions to(KafkaOutput output) {
    return new PublishPredictions(output, 0, "");
  }

  /**
   * Publishes in transactions that are committed with the engine's checkpoints, so that consumers
   * who read committed records see each prediction once. Only for an engine that replays the same
   * input after a failure, which is Flink.
   *
   * @param shards writers, 1 to 1,000
   * @param group unique to this pipeline and the same after its restart; Kafka keeps the writers'
   *     progress under it
   */
  public PublishPredictions transactional(int shards, String group) {
    if (shards < 1 || shards > 1_000) {
      throw new IllegalArgumentException("shards must be 1 to 1000, but was: " + shards);
    }
    return new PublishPredictions(output, shards, group);
  }

  @Override
  public PDone expand(PCollection<Prediction> predictions) {
    KafkaIO.WriteRecords<byte[], byte[]> write = output.write();
    return predictions
        .apply("Format", ParDo.of(new Format(output.address().topic())))
        .setCoder(KafkaOutput.coder())
        .apply("Publish", shards == 0 ? write : write.withEOS(shards, group));
  }

  private static final class Format extends DoFn<Prediction, ProducerRecord<byte[], byte[]>> {
    private final Counter published = Metrics.counter(PublishPredictions.class, "predictions");
    private final String topic;

    Format(String topic) {
      this.topic = topic;
    }

    @ProcessElement
    public void process(
        @Element Prediction prediction, OutputReceiver<ProducerRecord<byte[], byte[]>> out) {
      published.inc();
      out.output(
          new ProducerRecord<>(
              topic,
              prediction.getEntity().getBytes(StandardCharsets.UTF_8),
              PredictionJson.format(prediction).getBytes(StandardCharsets.UTF_8)));
    }
  }
}
