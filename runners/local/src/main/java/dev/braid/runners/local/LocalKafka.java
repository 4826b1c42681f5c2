package dev.braid.runners.local;

import dev.braid.runners.local.ServerProcess.Lifetime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A real Kafka broker that is its own controller (KRaft), in a JVM of its own, on a free port of
 * 127.0.0.1. Topics are created when they are first named, with one partition, unless an admin
 * client makes them; records are never deleted by age, whatever their timestamps; transactions and
 * consumer groups work. Safe for several threads.
 */
public final class LocalKafka implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final String STARTED = "Kafka Server started";

  private final String address;
  private final ServerProcess broker;

  private LocalKafka(String address, ServerProcess broker) {
    this.address = address;
    this.broker = broker;
  }

  /**
   * Starts a broker and waits until it answers. It ends with this JVM at the latest.
   *
   * @param directory takes its data and log; made if it is not there. Data of an earlier broker are
   *     served again
   * @throws LocalClusterException if it does not start
   */
  public static LocalKafka start(Path directory) {
    return start(directory, Map.of());
  }

  /**
   * The same with further properties of the broker, which win over those that this class sets.
   *
   * @param properties as in {@code server.properties}
   */
  public static LocalKafka start(Path directory, Map<String, String> properties) {
    return start(directory, properties, Lifetime.CHILD);
  }

  static LocalKafka start(Path directory, Map<String, String> properties, Lifetime lifetime) {
    Path home = directory.toAbsolutePath().normalize();
    int[] ports = FreePorts.take(2);
    String address = "127.0.0.1:" + ports[0];
    Map<String, String> all = new TreeMap<>(defaults(home, address, "127.0.0.1:" + ports[1]));
    all.putAll(properties);
    Path file = home.resolve("server.properties");
    try {
      Files.createDirectories(home.resolve("data"));
      Files.writeString(
          file,
          all.entrySet().stream()
              .map(p -> p.getKey() + "=" + p.getValue() + "\n")
              .collect(Collectors.joining()));
      markData(home.resolve("data"));
    } catch (IOException e) {
      throw new LocalClusterException("cannot write to %s: %s".formatted(home, e.getMessage()), e);
    }
    ServerProcess broker =
        ServerProcess.java(
            "the Kafka broker at " + address,
            lifetime,
            home.resolve("kafka.log"),
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            List.of("kafka.Kafka", file.toString()),
            Map.of("CLASSPATH", Distribution.KAFKA.classPath()));
    LocalKafka kafka = new LocalKafka(address, broker);
    try {
      kafka.awaitStart();
    } catch (LocalClusterException e) {
      broker.close();
      throw e;
    }
    return kafka;
  }

  private static Map<String, String> defaults(Path home, String address, String controller) {
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", "1"),
        Map.entry("controller.quorum.voters", "1@" + controller),
        Map.entry("listeners", "PLAINTEXT://%s,CONTROLLER://%s".formatted(address, controller)),
        Map.entry("advertised.listeners", "PLAINTEXT://" + address),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry(
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,"
                + "SASL_SSL:SASL_SSL"),
        Map.entry("log.dirs", home.resolve("data").toString()),
        // Records bear event times, and the default would delete those older than a week.
        Map.entry("log.retention.ms", "-1"),
        Map.entry("log.cleaner.dedupe.buffer.size", "8388608"),
        // After a kill the controller lets the same broker in again when its session is over.
        Map.entry("broker.session.timeout.ms", "3000"),
        Map.entry("broker.heartbeat.interval.ms", "500"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("offsets.topic.num.partitions", "4"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("transaction.state.log.num.partitions", "4"),
        Map.entry("group.initial.rebalance.delay.ms", "0"));
  }

  /** What {@code kafka-storage.sh format} writes, without the JVM that it takes. */
  private static void markData(Path data) throws IOException {
    Path meta = data.resolve("meta.properties");
    if (!Files.exists(meta)) {
      Files.writeString(
          meta,
          "version=1%ncluster.id=%s%nnode.id=1%ndirectory.id=%s%n".formatted(uuid(), uuid()),
          StandardCharsets.UTF_8);
    }
  }

  /** Sixteen bytes as Kafka writes them. */
  private static String uuid() {
    UUID random = UUID.randomUUID();
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putLong(random.getMostSignificantBits())
            .putLong(random.getLeastSignificantBits())
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private void awaitStart() {
    ServerProcess.await(
        List.of(broker), "it serves", START_LIMIT, () -> broker.output().contains(STARTED));
  }

  /** {@code 127.0.0.1:port}, for {@code bootstrap.servers}; the same after a restart. */
  public String address() {
    return address;
  }

  /** The process id of the running, or last, broker. */
  public long pid() {
    return broker.pid();
  }

  ServerProcess process() {
    return broker;
  }

  /** Ends the broker at once, as {@code kill -9} does. */
  public void kill() {
    broker.kill();
  }

  /**
   * Starts a broker that was killed, on the same port and data, and waits until it answers.
   *
   * @throws LocalClusterException if it does not start
   */
  public void restart() {
    broker.startAgain();
    awaitStart();
  }

  /** Ends the broker; its data stay. */
  @Override
  public void close() {
    broker.close();
  }
}
