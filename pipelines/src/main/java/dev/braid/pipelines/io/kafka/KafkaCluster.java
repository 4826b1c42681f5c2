package dev.braid.pipelines.io.kafka;

import dev.braid.pipelines.io.DestinationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.beam.sdk.util.BackOff;
import org.apache.beam.sdk.util.BackOffUtils;
import org.apache.beam.sdk.util.FluentBackoff;
import org.apache.beam.sdk.util.Sleeper;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidMetadataException;
import org.joda.time.Duration;

/** Looks at a Kafka cluster, and prepares it, before a launch. */
public final class KafkaCluster {
  private static final long SECONDS = 30;

  private KafkaCluster() {}

  /**
   * Creates the topics that are not there, with the broker's default number of replicas, and waits
   * until they can be written to.
   *
   * @throws DestinationException if they cannot be created; the message is one line
   */
  public static void create(KafkaAddress address, KafkaSettings settings, int partitions) {
    ask(
        address,
        settings,
        admin -> {
          Set<String> there = admin.listTopics().names().get(SECONDS, TimeUnit.SECONDS);
          List<NewTopic> missing =
              address.topics().stream()
                  .filter(topic -> !there.contains(topic))
                  .map(topic -> new NewTopic(topic, Optional.of(partitions), Optional.empty()))
                  .toList();
          admin.createTopics(missing).all().get(SECONDS, TimeUnit.SECONDS);
          Map<TopicPartition, OffsetSpec> made = new HashMap<>();
          for (NewTopic topic : missing) {
            for (int partition = 0; partition < partitions; partition++) {
              made.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest());
            }
          }
          return awaitLeaders(admin, made);
        });
  }

  /**
   * Asks for offsets until the leaders of all partitions answer: a producer that numbers its
   * batches may be refused for ever by a leader that did not know yet that it is one.
   */
  private static Map<TopicPartition, ListOffsetsResultInfo> awaitLeaders(
      AdminClient admin, Map<TopicPartition, OffsetSpec> partitions)
      throws ExecutionException, InterruptedException, TimeoutException {
    BackOff backOff =
        FluentBackoff.DEFAULT
            .withInitialBackoff(Duration.millis(20))
            .withMaxBackoff(Duration.standardSeconds(1))
            .withMaxCumulativeBackoff(Duration.standardSeconds(SECONDS))
            .backoff();
    while (true) {
      try {
        // First the quieter question: the other one logs an error where a topic is not known yet.
        List<String> topics = partitions.keySet().stream().map(TopicPartition::topic).toList();
        admin.describeTopics(topics).allTopicNames().get(SECONDS, TimeUnit.SECONDS);
        return admin.listOffsets(partitions).all().get(SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        // Brokers hear of a topic a moment after it was made.
        if (!(e.getCause() instanceof InvalidMetadataException)
            || !BackOffUtils.next(Sleeper.DEFAULT, backOff)) {
          throw e;
        }
      }
    }
  }

  /**
   * The number of partitions of all the topics together, of which each one must be there.
   *
   * @throws DestinationException if not; the message is one line
   */
  public static int partitions(KafkaAddress address, KafkaSettings settings) {
    return ask(
        address,
        settings,
        admin -> {
          Set<String> there = admin.listTopics().names().get(SECONDS, TimeUnit.SECONDS);
          for (String topic : address.topics()) {
            if (!there.contains(topic)) {
              throw new DestinationException(
                  "there is no topic '%s' at %s; create it first. There are: %s"
                      .formatted(
                          topic,
                          address.servers(),
                          there.isEmpty() ? "none" : String.join(", ", new TreeSet<>(there))));
            }
          }
          return admin
              .describeTopics(address.topics())
              .allTopicNames()
              .get(SECONDS, TimeUnit.SECONDS)
              .values()
              .stream()
              .mapToInt(topic -> topic.partitions().size())
              .sum();
        });
  }

  /** A question to the brokers. */
  private interface Question<T> {
    T ask(AdminClient admin) throws ExecutionException, InterruptedException, TimeoutException;
  }

  private static <T> T ask(KafkaAddress address, KafkaSettings settings, Question<T> question) {
    Map<String, Object> config =
        settings.with(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                address.servers(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) TimeUnit.SECONDS.toMillis(SECONDS),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) TimeUnit.SECONDS.toMillis(SECONDS)));
    try (AdminClient admin = AdminClient.create(config)) {
      return question.ask(admin);
    } catch (TimeoutException e) {
      throw new DestinationException(silent(address), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw new DestinationException(silent(address), e);
      }
      throw refused(address, cause);
    } catch (KafkaException e) {
      throw refused(address, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DestinationException("interrupted while looking at " + address.servers(), e);
    }
  }

  private static String silent(KafkaAddress address) {
    return "no Kafka broker answers at %s within %d s; is it running, and do the settings fit?"
        .formatted(address.servers(), SECONDS);
  }

  private static DestinationException refused(KafkaAddress address, Throwable cause) {
    return new DestinationException(
        "cannot use Kafka at %s: %s".formatted(address.servers(), cause.getMessage()), cause);
  }
}
