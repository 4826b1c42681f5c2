package dev.braid.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.bundle.Bundle;
import dev.braid.it.BraidProcess;
import dev.braid.pipelines.analysis.SampleLines;
import dev.braid.pipelines.io.kafka.KafkaAddress;
import dev.braid.pipelines.io.kafka.KafkaCluster;
import dev.braid.pipelines.io.kafka.KafkaSettings;
import dev.braid.runners.local.LocalFlink;
import dev.braid.runners.local.LocalKafka;
import dev.braid.serving.TinyBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A broker, a Flink cluster of TaskManagers with two slots each, and a bundle to serve. */
final class FaultRig implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  final LocalKafka kafka;
  final LocalFlink flink;
  private final Path directory;
  private final Path bundle;
  private final Path blobs;
  private final Bundle opened;

  FaultRig(Path directory, int taskManagers, Map<String, String> flinkConfiguration)
      throws Exception {
    this.directory = directory;
    bundle = directory.resolve("bundle");
    blobs = directory.resolve("blobs-root");
    Files.createDirectories(blobs.resolve("blobs"));
    Files.write(blobs.resolve("blobs/0.png"), SampleLines.png(0));
    opened = TinyBundle.write(bundle);
    kafka = LocalKafka.start(directory.resolve("kafka"));
    flink = LocalFlink.start(directory.resolve("flink"), taskManagers, 2, flinkConfiguration);
  }

  Path directory() {
    return directory;
  }

  /** The stream of that many observations. */
  StreamedObservations observations(int count) throws Exception {
    return new StreamedObservations(count, opened.widths(), blobs);
  }

  /** Makes the topics of one test: of observations, predictions and dead letters. */
  void createTopics(String name) {
    createTopic(kafka, "in-" + name, StreamedObservations.PARTITIONS);
    createTopic(kafka, "out-" + name, 2);
    createTopic(kafka, "dead-" + name, 1);
  }

  static void createTopic(LocalKafka kafka, String name, int partitions) {
    KafkaCluster.create(
        new KafkaAddress(kafka.address(), List.of(name)), KafkaSettings.none(), partitions);
  }

  SteadyProducer produce(String name, StreamedObservations observations, int perSecond) {
    return SteadyProducer.start(kafka.address(), "in-" + name, observations.all(), perSecond);
  }

  PublishedPredictions predictions(String name) {
    return new PublishedPredictions(kafka.address(), "out-" + name, 2);
  }

  String topic(String kind, String name) {
    return "kafka://" + kafka.address() + "/" + kind + "-" + name;
  }

  /** Submits the run of one test from topic to topic and waits until it runs. */
  FlinkJob submit(String name, List<String> options, String... beamOptions) throws Exception {
    return submitTo(topic("out", name), name, options, beamOptions);
  }

  /** The same with predictions elsewhere. */
  FlinkJob submitTo(String output, String name, List<String> options, String... beamOptions)
      throws Exception {
    BraidProcess.Result result = runTo(output, name, options, beamOptions);
    assertThat(result.code()).as(result.err()).isZero();
    JsonNode json = JSON.readTree(result.out());
    assertThat(json.path("url").asText()).startsWith(flink.url());
    FlinkJob job = new FlinkJob(flink, json.path("job").asText());
    job.awaitRunning();
    return job;
  }

  /** What {@code braid run} says to it. */
  BraidProcess.Result run(String name, List<String> options, String... beamOptions)
      throws Exception {
    return runTo(topic("out", name), name, options, beamOptions);
  }

  private BraidProcess.Result runTo(
      String output, String name, List<String> options, String... beamOptions) throws Exception {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--runner",
                "flink",
                "--flinkMaster",
                flink.master(),
                "--bundle",
                bundle,
                "--input",
                topic("in", name),
                "--output",
                output,
                "--dead-letters",
                topic("dead", name),
                "--blobs",
                blobs,
                "--group",
                name,
                // The windows of the last observations must not close while a test goes on.
                "--idle-timeout",
                "1h",
                "--detached",
                "--json"));
    arguments.addAll(options);
    arguments.add("--");
    arguments.addAll(List.of("--parallelism=2", "--checkpointingInterval=1000"));
    for (String option : beamOptions) {
      String key = option.substring(0, option.indexOf('=') + 1);
      arguments.removeIf(argument -> argument.toString().startsWith(key));
      arguments.add(option);
    }
    return BraidProcess.run("flink", arguments.toArray());
  }

  @Override
  public void close() {
    flink.close();
    kafka.close();
  }
}
