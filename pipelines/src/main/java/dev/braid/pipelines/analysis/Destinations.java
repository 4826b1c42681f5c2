package dev.braid.pipelines.analysis;

import dev.braid.pipelines.io.Rolling;
import dev.braid.pipelines.io.WriteDeadLetters;
import dev.braid.pipelines.io.WritePredictions;
import dev.braid.pipelines.io.kafka.KafkaCluster;
import dev.braid.pipelines.io.kafka.KafkaOutput;
import dev.braid.pipelines.io.kafka.PublishDeadLetters;
import dev.braid.pipelines.io.kafka.PublishPredictions;
import dev.braid.pipelines.io.postgres.UpsertPredictions;
import dev.braid.transforms.fuse.Prediction;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.transforms.errorhandling.ErrorHandler;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/** Looks at destinations before a launch and writes to them. */
final class Destinations {
  private Destinations() {}

  /** Dead letters have no place in a table of predictions. */
  static void checkDeadLetters(Destination deadLetters) {
    if (deadLetters instanceof Destination.Table) {
      throw new IllegalArgumentException("dead letters go to files or to a topic, not to a table");
    }
  }

  /**
   * Makes sure that a topic or a table is there and takes what comes; directories are for the run
   * to make.
   *
   * @return the number of a topic's partitions, else 0
   * @throws dev.braid.pipelines.io.DestinationException if not
   */
  static int prepare(Destination destination) {
    if (destination instanceof Destination.Topic topic) {
      KafkaOutput output = topic.output();
      if (topic.partitions() > 0) {
        KafkaCluster.create(output.address(), output.settings(), topic.partitions());
      }
      return KafkaCluster.partitions(output.address(), output.settings());
    } else if (destination instanceof Destination.Table table) {
      table.table().prepare(table.create());
    }
    return 0;
  }

  /**
   * Writes predictions.
   *
   * @param shards writers of a topic, if it is written in transactions
   * @param group under which Kafka keeps their progress
   * @param rolling how files of a stream are cut
   * @param errors takes what a table refuses
   */
  static void write(
      PCollection<Prediction> predictions,
      Destination destination,
      int shards,
      String group,
      Rolling rolling,
      ErrorHandler<BadRecord, ?> errors) {
    if (destination instanceof Destination.Files files) {
      predictions.apply(
          "Write", WritePredictions.to(files.directory()).as(files.format()).rolled(rolling));
    } else if (destination instanceof Destination.Topic topic) {
      PublishPredictions publish = PublishPredictions.to(topic.output());
      predictions.apply(
          "Write", topic.transactional() ? publish.transactional(shards, group) : publish);
    } else if (destination instanceof Destination.Table table) {
      errors.addErrorCollection(predictions.apply("Write", UpsertPredictions.into(table.table())));
    }
  }

  /**
   * Writes dead letters.
   *
   * @param rolling how files of a stream are cut
   */
  static PTransform<PCollection<BadRecord>, PDone> deadLetters(
      Destination destination, Rolling rolling) {
    if (destination instanceof Destination.Topic topic) {
      return PublishDeadLetters.to(topic.output());
    }
    return WriteDeadLetters.to(((Destination.Files) destination).directory()).rolled(rolling);
  }
}
