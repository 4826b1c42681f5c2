package dev.braid.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.io.PredictionJson;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.pipelines.io.kafka.KafkaAddress;
import dev.braid.pipelines.io.kafka.KafkaCluster;
import dev.braid.pipelines.io.kafka.KafkaSettings;
import dev.braid.runners.local.FreePorts;
import dev.braid.runners.local.LocalKafka;
import dev.braid.transforms.fuse.Prediction;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every template that Braid brings along, launched on every engine from its shaded jar, with a real
 * broker and a real database: all give the same answers.
 */
final class LaunchIT {
  private static final Path BUNDLE =
      Path.of("..", "pipelines", "src", "main", "resources", "bundles", "plant").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String FENCE = "fence";

  @TempDir private static Path directory;

  private static Path data;
  private static Map<String, Prediction> expected;
  private static LocalKafka kafka;
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void simulateAndPublish() throws Exception {
    data = directory.resolve("data");
    BraidProcess.Result made =
        BraidProcess.run(
            "direct", "dataset", "plant", "--seed", 4711, "--scenes", 12, "--out", data);
    assertThat(made.code()).as(made.err()).isZero();
    expected = launchOverFiles("direct");
    postgres =
        EmbeddedPostgres.builder()
            .setPort(FreePorts.take(1)[0])
            .setPGStartupWait(Duration.ofMinutes(5))
            .start();
    kafka = LocalKafka.start(directory.resolve("kafka"));
    publish();
  }

  @AfterAll
  static void stop() throws IOException {
    if (kafka != null) {
      kafka.close();
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flink", "spark"})
  void filesToFilesGivesTheSameOnEveryEngine(String engine) throws Exception {
    assertSame(launchOverFiles(engine));
  }

  @Tag("full")
  @ParameterizedTest
  @ValueSource(strings = {"direct", "flink", "spark"})
  void kafkaToKafkaAnswersTheStreamAsTheFilesWereAnswered(String engine) throws Exception {
    createTopics("answers-" + engine, "dead-" + engine);
    try (BraidProcess process =
        launch(
            "kafka-to-kafka",
            engine,
            "--set=brokers=" + kafka.address(),
            "--set=observations=observations",
            "--set=predictions=answers-" + engine,
            "--set=deadLetters=dead-" + engine)) {
      assertSame(
          await(
              process,
              () ->
                  read("answers-" + engine).stream()
                      .map(record -> PredictionJson.parse(record.value()))
                      .toList()));
      List<ConsumerRecord<String, String>> dead = await(process, 1, () -> read("dead-" + engine));
      assertThat(dead.get(0).value()).isEqualTo("not an observation");
      assertThat(
              new String(
                  dead.get(0).headers().lastHeader("braid.topic").value(), StandardCharsets.UTF_8))
          .isEqualTo("observations");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "flink", "spark"})
  void kafkaToPostgresKeepsEachAnswerOnce(String engine) throws Exception {
    createTopics("lost-" + engine);
    try (BraidProcess process =
        launch(
            "kafka-to-postgres",
            engine,
            "--set=brokers=" + kafka.address(),
            "--set=observations=observations",
            "--set=deadLetters=lost-" + engine,
            "--set=database=jdbc:postgresql://127.0.0.1:%d/postgres".formatted(postgres.getPort()),
            "--set=user=postgres",
            "--set=table=answers_" + engine,
            "--set=createTable=true")) {
      assertSame(await(process, () -> rows("answers_" + engine)));
    }
  }

  @Tag("full")
  @ParameterizedTest
  @ValueSource(strings = {"direct", "flink", "spark"})
  void aTemplateOfOnesOwnPutsTheStreamIntoFilesThatAppearWhenTheyAreComplete(String engine)
      throws Exception {
    Path template = directory.resolve("own-" + engine + ".yaml");
    Path output = directory.resolve("files-" + engine);
    Files.writeString(
        template,
        """
        name: own
        description: Reads a topic and leaves files.
        parameters:
          bundle: {type: path, required: true, help: The bundle.}
          blobs: {type: path, required: true, help: Where references are read.}
          output: {type: path, required: true, help: The directory of the files.}
        run:
          bundle: ${bundle}
          blobs: ${blobs}
          input: kafka://%s/observations
          output: ${output}
        """
            .formatted(kafka.address()));
    try (BraidProcess process = launch(template.toString(), engine, "--set=output=" + output)) {
      assertSame(
          await(process, () -> Files.exists(output) ? ResultFiles.predictions(output) : List.of()));
      assertThat(await(process, 1, () -> ResultFiles.deadLetters(output)).get(0).getInput())
          .isEqualTo("not an observation");
      assertThat(ResultFiles.predictions(output))
          .extracting(Prediction::getId)
          .doesNotHaveDuplicates();
    }
  }

  private static Map<String, Prediction> launchOverFiles(String engine) throws Exception {
    Path output = directory.resolve("out-" + engine);
    BraidProcess.Result result =
        BraidProcess.run(
            engine,
            "launch",
            "files-to-files",
            "--runner=" + engine,
            "--set=bundle=" + BUNDLE,
            "--set=input=" + data,
            "--set=output=" + output,
            "--set=parallelism=2");
    assertThat(result.code()).as(result.err()).isZero();
    List<Prediction> predictions = ResultFiles.predictions(output);
    assertThat(byId(predictions)).hasSameSizeAs(predictions);
    return byId(predictions);
  }

  private static BraidProcess launch(String template, String engine, String... settings)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "launch",
                template,
                "--runner=" + engine,
                "--set=bundle=" + BUNDLE,
                "--set=blobs=" + data));
    arguments.addAll(List.of(settings));
    return BraidProcess.start(engine, arguments);
  }

  /** All observations in the order of their times, an answer to none, and one far behind them. */
  private static void publish() throws Exception {
    createTopics("observations");
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(data.resolve("observations"))) {
      for (Path file : files.sorted().toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          new String(new GZIPInputStream(in).readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .forEach(lines::add);
        }
      }
    }
    lines.sort(Comparator.comparing(LaunchIT::time));
    Instant end = time(lines.get(lines.size() - 1));
    lines.add(lines.size() / 2, "not an observation");
    lines.add(
        "{\"id\":\"fence\",\"entity\":\"%s\",\"modality\":\"log\",\"time\":\"%s\",\"text\":\"x\"}"
            .formatted(FENCE, end.plus(Duration.ofHours(1))));
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.address()),
            new StringSerializer(),
            new StringSerializer())) {
      lines.forEach(line -> producer.send(new ProducerRecord<>("observations", line)));
    }
  }

  private static Instant time(String line) {
    try {
      return Instant.parse(JsonMapper.builder().build().readTree(line).get("time").asText());
    } catch (IOException e) {
      throw new IllegalStateException(line, e);
    }
  }

  private static void createTopics(String... names) {
    KafkaCluster.create(new KafkaAddress(kafka.address(), List.of(names)), KafkaSettings.none(), 1);
  }

  private static List<ConsumerRecord<String, String>> read(String topic) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.address(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new StringDeserializer(),
            new StringDeserializer())) {
      var partition = new org.apache.kafka.common.TopicPartition(topic, 0);
      long end = consumer.endOffsets(Set.of(partition)).get(partition);
      consumer.assign(Set.of(partition));
      consumer.seekToBeginning(Set.of(partition));
      List<ConsumerRecord<String, String>> records = new ArrayList<>();
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(500)).forEach(records::add);
      }
      return records;
    }
  }

  private static List<Prediction> rows(String table) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet there =
            statement.executeQuery("select to_regclass('%s') is not null".formatted(table))) {
      there.next();
      List<Prediction> predictions = new ArrayList<>();
      if (there.getBoolean(1)) {
        try (ResultSet found = statement.executeQuery("select prediction from " + table)) {
          while (found.next()) {
            predictions.add(PredictionJson.parse(found.getString(1)));
          }
        }
      }
      return predictions;
    }
  }

  /** Waits until there are as many predictions as expected, and returns the latest of each. */
  private static Map<String, Prediction> await(
      BraidProcess process, Callable<List<Prediction>> source) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    Map<String, Prediction> found = Map.of();
    while (!found.keySet().containsAll(expected.keySet())) {
      found = byId(source.call());
      check(process, deadline, "%d of %d predictions".formatted(found.size(), expected.size()));
    }
    return found;
  }

  private static <T> List<T> await(BraidProcess process, int size, Callable<List<T>> source)
      throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    List<T> found = source.call();
    while (found.size() < size) {
      check(process, deadline, "%d of %d records".formatted(found.size(), size));
      found = source.call();
    }
    return found;
  }

  private static void check(BraidProcess process, Instant deadline, String state)
      throws InterruptedException {
    assertThat(process.isAlive()).as(() -> process.err()).isTrue();
    assertThat(Instant.now()).as(() -> state + "\n" + process.err()).isBefore(deadline);
    // Between two looks at another process, which tells nobody when it has written.
    Thread.sleep(200);
  }

  private static void assertSame(Map<String, Prediction> found) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (id, prediction) -> {
          assertThat(found.get(id).getPresent()).as(id).isEqualTo(prediction.getPresent());
          assertThat(found.get(id).getAnswer())
              .as(id)
              .usingRecursiveComparison()
              .withEqualsForType((a, b) -> Math.abs(a - b) <= 1e-4f, Float.class)
              .isEqualTo(prediction.getAnswer());
        });
  }

  /** The latest revision of each, but for those of the fence. */
  private static Map<String, Prediction> byId(List<Prediction> predictions) {
    return predictions.stream()
        .filter(prediction -> !prediction.getEntity().equals(FENCE))
        .collect(
            Collectors.toMap(
                Prediction::getId,
                prediction -> prediction,
                (a, b) -> a.getRevision() > b.getRevision() ? a : b,
                TreeMap::new));
  }
}
