package dev.braid.pipelines.io.kafka;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Topics of one Kafka cluster, written {@code kafka://host:port[,host:port...]/topic[,topic...]}.
 *
 * @param servers the bootstrap servers, as Kafka's clients take them
 * @param topics at least one, in the order given, each once
 */
public record KafkaAddress(String servers, List<String> topics) implements Serializable {
  private static final String SCHEME = "kafka://";
  private static final Pattern SERVER =
      Pattern.compile("(\\[[0-9a-fA-F:.]+\\]|[^:/,\\[\\]]+):\\d{1,5}");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  private static final Pattern FORM = Pattern.compile("kafka://([^/]*)/(.*)");

  public KafkaAddress {
    topics = List.copyOf(topics);
  }

  /** Whether a text is meant as such an address. */
  public static boolean isMeantBy(String text) {
    return text.startsWith(SCHEME);
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if it is of another form; the message is one line
   */
  public static KafkaAddress parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a Kafka address must look like kafka://host:port/topic, but was: " + text);
    }
    for (String server : matcher.group(1).split(",", -1)) {
      if (!SERVER.matcher(server).matches()) {
        throw new IllegalArgumentException(
            "a server of a Kafka address must look like host:port, but was: '%s' in %s"
                .formatted(server, text));
      }
    }
    List<String> topics = List.of(matcher.group(2).split(",", -1));
    for (String topic : topics) {
      if (!TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
        throw new IllegalArgumentException(
            "a topic is 1 to 249 of the characters A-Z a-z 0-9 . _ -, but was: '%s' in %s"
                .formatted(topic, text));
      }
    }
    if (topics.stream().distinct().count() < topics.size()) {
      throw new IllegalArgumentException("a Kafka address names a topic twice: " + text);
    }
    return new KafkaAddress(matcher.group(1), topics);
  }

  /**
   * The only topic.
   *
   * @throws IllegalArgumentException if there are several
   */
  public String topic() {
    if (topics.size() != 1) {
      throw new IllegalArgumentException("one topic is needed, but there are several: " + this);
    }
    return topics.get(0);
  }

  @Override
  public String toString() {
    return SCHEME + servers + "/" + String.join(",", topics);
  }
}
