package dev.braid.pipelines.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.Blobs;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.pipelines.io.DestinationException;
import dev.braid.pipelines.io.PredictionJson;
import dev.braid.pipelines.io.kafka.KafkaAddress;
import dev.braid.pipelines.io.kafka.KafkaInput;
import dev.braid.pipelines.io.kafka.KafkaOutput;
import dev.braid.pipelines.io.kafka.KafkaSettings;
import dev.braid.runners.local.FreePorts;
import dev.braid.runners.local.LocalKafka;
import dev.braid.serving.TinyBundle;
import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.observation.ObservationFormat;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The analysis of a stream from a broker that takes nobody without TLS and a password. */
class SecuredStreamTest {
  private static final String PASSWORD = "open-sesame-4711";
  private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule";

  @TempDir private static Path directory;
  private static LocalKafka kafka;
  private static String servers;
  private static Path client;

  @BeforeAll
  static void startBroker() throws Exception {
    Path keys = directory.resolve("broker.p12");
    makeKeys(keys);
    int[] ports = FreePorts.take(3);
    String plain = "127.0.0.1:" + ports[0];
    String controller = "127.0.0.1:" + ports[1];
    servers = "127.0.0.1:" + ports[2];
    Map<String, String> broker = new TreeMap<>();
    broker.put(
        "listeners",
        "PLAINTEXT://%s,CONTROLLER://%s,SASL_SSL://%s".formatted(plain, controller, servers));
    broker.put("advertised.listeners", "PLAINTEXT://%s,SASL_SSL://%s".formatted(plain, servers));
    broker.put("controller.quorum.voters", "1@" + controller);
    broker.put("inter.broker.listener.name", "PLAINTEXT");
    broker.put("ssl.keystore.location", keys.toString());
    broker.put("ssl.keystore.password", PASSWORD);
    broker.put("sasl.enabled.mechanisms", "PLAIN");
    broker.put(
        "listener.name.sasl_ssl.plain.sasl.jaas.config",
        LOGIN + " required user_braid=\"" + PASSWORD + "\";");
    kafka = LocalKafka.start(directory.resolve("kafka"), broker);
    client = directory.resolve("client.properties");
    Files.writeString(client, clientProperties(keys, PASSWORD));
    try (AdminClient admin = AdminClient.create(config(client))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("in", 3, (short) 1),
                  new NewTopic("out", 1, (short) 1),
                  new NewTopic("dead", 1, (short) 1)))
          .all()
          .get();
    }
  }

  @AfterAll
  static void stopBroker() {
    if (kafka != null) {
      kafka.close();
    }
  }

  @Test
  void itIsAnsweredAndThePasswordIsNeverPrinted() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      lines.add(SampleLines.log("l" + i, "2026-01-01T00:00:%02dZ".formatted(i), "noise " + i));
    }
    publish(lines);
    publish(List.of("{\"id\":\"broken\",\"entity\":\"e\""));
    PrintStream shown = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    Map<String, Prediction> found = new TreeMap<>();
    List<ConsumerRecord<byte[], byte[]>> dead = new ArrayList<>();
    Path bundle = directory.resolve("bundle");
    TinyBundle.write(bundle);
    Engine engine = new TestEngine();
    PipelineResult result =
        run(bundle, client)
            .start(
                engine,
                Engines.options(engine, PipelineOptions.class, List.of("--blockOnRun=false")));
    try {
      // Windows of 10 s every 5 s: those that end by 25 s close without the clock.
      await("out", 5, record -> add(found, record));
      await("dead", 1, dead::add);
    } finally {
      result.cancel();
      System.setErr(shown);
    }

    Map<String, Oracle.Expected> expected =
        new Oracle(
                TinyBundle.ofSeed(1), dev.braid.bundle.Bundle.open(bundle).widths(), Blobs.none())
            .answer(lines);
    assertThat(found).isNotEmpty();
    found.forEach((key, p) -> assertThat(p.getPresent()).isEqualTo(expected.get(key).present()));
    assertThat(header(dead.get(0), "braid.topic")).isEqualTo("in");
    assertThat(header(dead.get(0), "braid.offset")).matches("\\d+");
    assertThat(header(dead.get(0), "braid.partition")).matches("[012]");
    assertThat(header(dead.get(0), "braid.reason")).startsWith("not valid JSON");
    assertThat(new String(dead.get(0).value(), StandardCharsets.UTF_8))
        .isEqualTo("{\"id\":\"broken\",\"entity\":\"e\"");
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain(PASSWORD);
  }

  @Test
  void aWrongPasswordIsOneLineThatDoesNotSayIt() throws Exception {
    Path wrong = directory.resolve("wrong.properties");
    Files.writeString(
        wrong,
        clientProperties(directory.resolve("broker.p12"), PASSWORD).replace("=\"open", "=\"close"));
    Path bundle = directory.resolve("bundle-of-nobody");
    TinyBundle.write(bundle);
    Engine engine = new TestEngine();

    assertThatThrownBy(
            () ->
                run(bundle, wrong)
                    .start(engine, Engines.options(engine, PipelineOptions.class, List.of())))
        .isInstanceOf(DestinationException.class)
        .hasMessageStartingWith("cannot use Kafka at " + servers + ": Authentication failed")
        .hasMessageNotContaining("sesame");
  }

  private static StreamRun run(Path bundle, Path settingsFile) {
    KafkaSettings settings = KafkaSettings.read(settingsFile);
    return new StreamRun(
        bundle,
        new KafkaInput(
            KafkaAddress.parse("kafka://" + servers + "/in"),
            settings,
            ObservationFormat.JSON,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            KafkaInput.Start.EARLIEST,
            "secured"),
        Blobs.none(),
        topic("out", settings),
        topic("dead", settings));
  }

  private static Destination topic(String name, KafkaSettings settings) {
    return new Destination.Topic(
        new KafkaOutput(KafkaAddress.parse("kafka://" + servers + "/" + name), settings), false, 0);
  }

  private interface Taker {
    void take(ConsumerRecord<byte[], byte[]> record);
  }

  private static void add(Map<String, Prediction> found, ConsumerRecord<byte[], byte[]> record) {
    Prediction prediction =
        PredictionJson.parse(new String(record.value(), StandardCharsets.UTF_8));
    found.put(prediction.getEntity() + "|" + prediction.getWindowEnd(), prediction);
  }

  private static void await(String topic, int count, Taker taker) throws Exception {
    Map<String, Object> config = config(client);
    config.put("group.id", "reader-" + topic);
    config.put("auto.offset.reset", "earliest");
    int seen = 0;
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (seen < count) {
        assertThat(System.nanoTime()).as("records in " + topic + " in time").isLessThan(deadline);
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          taker.take(record);
          seen++;
        }
      }
    }
  }

  private static void publish(List<String> lines) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config(client), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (String line : lines) {
        producer.send(new ProducerRecord<>("in", line.getBytes(StandardCharsets.UTF_8))).get();
      }
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    assertThat(header).as(name).isNotNull();
    return new String(header.value(), StandardCharsets.UTF_8);
  }

  private static Map<String, Object> config(Path file) throws Exception {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    Map<String, Object> config = new HashMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> config.put(name, properties.getProperty(name)));
    config.put("bootstrap.servers", servers);
    return config;
  }

  private static String clientProperties(Path keys, String password) {
    return """
        security.protocol=SASL_SSL
        sasl.mechanism=PLAIN
        sasl.jaas.config=%s required username="braid" password="%s";
        ssl.truststore.location=%s
        ssl.truststore.password=%s
        """
        .formatted(LOGIN, password, keys, PASSWORD);
  }

  private static void makeKeys(Path keys) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    keytool.getInputStream().readAllBytes();
    assertThat(keytool.waitFor()).isZero();
  }
}
