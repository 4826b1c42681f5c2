package dev.braid.it.faults;

import dev.braid.bundle.Bundle;
import dev.braid.pipelines.analysis.SampleLines;
import dev.braid.runners.local.LocalKafka;
import dev.braid.runners.local.LocalSpark;
import dev.braid.serving.TinyBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A broker, a Spark cluster of two workers with a core each, a bundle, and a stream to serve. */
final class SparkRig implements AutoCloseable {
  private static final int PER_SECOND = 40;

  final LocalSpark spark;
  final StreamedObservations observations;
  private final LocalKafka kafka;
  private final Path directory;
  private final Path blobs;

  /**
   * @param observations how many there are
   */
  SparkRig(Path directory, int observations) throws Exception {
    this.directory = directory;
    blobs = directory.resolve("blobs-root");
    Files.createDirectories(blobs.resolve("blobs"));
    Files.write(blobs.resolve("blobs/0.png"), SampleLines.png(0));
    Bundle opened = TinyBundle.write(directory.resolve("bundle"));
    this.observations = new StreamedObservations(observations, opened.widths(), blobs);
    kafka = LocalKafka.start(directory.resolve("kafka"));
    spark = LocalSpark.start(directory.resolve("spark"), 2, 1);
  }

  /** The run of one test from topic to topic, in small batches. */
  List<Object> arguments(String name, String... options) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--runner",
                "spark",
                "--sparkMaster",
                spark.master(),
                "--bundle",
                directory.resolve("bundle"),
                "--input",
                topic("in", name),
                "--output",
                topic("out", name),
                "--dead-letters",
                topic("dead", name),
                "--blobs",
                blobs,
                "--group",
                name));
    arguments.addAll(List.of(options));
    arguments.add("--");
    arguments.add("--checkpointDir=" + directory.resolve("checkpoint-" + name));
    arguments.add("--maxRecordsPerBatch=60");
    return arguments;
  }

  private String topic(String kind, String name) {
    return "kafka://" + kafka.address() + "/" + kind + "-" + name;
  }

  /** Makes the topics of one test: of observations, predictions and dead letters. */
  void createTopics(String name) {
    FaultRig.createTopic(kafka, "in-" + name, StreamedObservations.PARTITIONS);
    FaultRig.createTopic(kafka, "out-" + name, 2);
    FaultRig.createTopic(kafka, "dead-" + name, 1);
  }

  SteadyProducer produce(String name) {
    return SteadyProducer.start(kafka.address(), "in-" + name, observations.all(), PER_SECOND);
  }

  PublishedPredictions predictions(String name) {
    return new PublishedPredictions(kafka.address(), "out-" + name, 2);
  }

  @Override
  public void close() {
    spark.close();
    kafka.close();
  }
}
