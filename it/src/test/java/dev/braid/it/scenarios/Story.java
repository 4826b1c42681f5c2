package dev.braid.it.scenarios;

import dev.braid.pipelines.analysis.SampleLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a scenario, step by step: what is published in which partition, how far event
 * time passes, and what is waited for in between. Entities and times are its own, so that the
 * stories of one run do not touch one another. Over files only what is published counts, all at
 * once.
 *
 * <p>Times are seconds after the story's beginning. Not safe for several threads.
 */
final class Story {
  /** From the beginning of a story to that of the next. */
  static final Duration LENGTH = Duration.ofHours(1);

  /** Of the topic of observations. */
  static final int PARTITIONS = 3;

  private static final List<Integer> ALL_PARTITIONS = List.of(0, 1, 2);

  /** When its last observations are: later than all else that is told. */
  private static final double END = 3_000;

  /** One step. */
  sealed interface Step {}

  /**
   * A record.
   *
   * @param id of the observation, empty if it is none
   * @param value null for a record without one
   * @param passed what event time has surely passed in a stream before it comes
   * @param fate what becomes of it in a stream
   */
  record Publish(
      int partition, String entity, String id, @Nullable String value, Instant passed, Fate fate)
      implements Step {}

  /** What becomes of a record. */
  enum Fate {
    /** It is part of its windows, as far as they are not closed. */
    ANSWERED,
    /** It comes too late for windows that are cut in order, and becomes a dead letter. */
    TOO_LATE,
    /** It is an observation that cannot be used, and becomes a dead letter. */
    REJECTED,
    /** It is no observation, and becomes a dead letter that says where it lay. */
    MALFORMED
  }

  /** Event time passes {@code time} in these partitions. */
  record Pass(Instant time, List<Integer> partitions) implements Step {}

  /**
   * The answers are there to windows that end until {@code time}.
   *
   * @param entity of which; null for all
   */
  record Await(@Nullable String entity, Instant time) implements Step {}

  /** An answer of that key is there, whatever it is. */
  record AwaitAny(String key) implements Step {}

  /**
   * A version is put into the watched directory, and observations come until it is served or
   * refused.
   *
   * @param copied whether it is copied there, file by file, instead of renamed
   * @param meanwhile the observations, each of which lets event time pass as far in all partitions
   */
  record Swap(Version version, boolean copied, List<Moment> meanwhile) implements Step {}

  /** One of many observations, and the event time that it lets pass. */
  record Moment(Publish publish, Pass pass) {}

  private final String name;
  private final Instant begin;
  private final List<Step> steps = new ArrayList<>();
  private final Set<String> entities = new TreeSet<>();
  private final Map<String, Instant> passedOf = new HashMap<>();
  private Instant passed = Instant.MIN;
  private int observations;

  /**
   * @param name begins the names of its entities
   */
  Story(String name, Instant begin) {
    this.name = name;
    this.begin = begin;
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }

  /** Whether an entity, or the key of an answer to it, is this story's. */
  boolean owns(String entity) {
    return entity.startsWith(name + "-");
  }

  private Instant at(double seconds) {
    return begin.plusMillis(Math.round(seconds * 1_000));
  }

  private String entity(int i) {
    String entity = name + "-" + i;
    entities.add(entity);
    return entity;
  }

  /** A new observation in its entity's partition, of one of the four modalities by turns. */
  void observe(int entity, double seconds) {
    observe(entity, seconds, observations % 4);
  }

  /**
   * A new observation in its entity's partition.
   *
   * @param modality 0 for a log, 1 for a vibration, 2 for an order, 3 for a picture
   */
  void observe(int entity, double seconds, int modality) {
    observe(entity, seconds, modality, Fate.ANSWERED);
  }

  /** The same with another fate. */
  void observe(int entity, double seconds, int modality, Fate fate) {
    int i = observations++;
    String line = line("o" + i, entity(entity), at(seconds), payload(i, modality));
    publish(entity % PARTITIONS, entity(entity), "o" + i, line, fate);
  }

  /** The same observation as the last one, once more, in that partition. */
  void repeat(int partition) {
    if (steps.get(steps.size() - 1) instanceof Publish last) {
      publish(partition, last.entity(), last.id(), last.value(), last.fate());
    } else {
      throw new IllegalStateException("no observation to repeat");
    }
  }

  /** An observation of a log with this text, which cannot be used. */
  void reject(int entity, double seconds, String text) {
    String id = "o" + observations++;
    String payload = "\"modality\":\"log\",\"text\":\"%s\"".formatted(text);
    publish(
        entity % PARTITIONS,
        entity(entity),
        id,
        line(id, entity(entity), at(seconds), payload),
        Fate.REJECTED);
  }

  /** A record that is no observation. */
  void malformed(int partition, @Nullable String value) {
    publish(partition, name, "", value, Fate.MALFORMED);
  }

  private void publish(int partition, String entity, String id, @Nullable String value, Fate fate) {
    steps.add(record(partition, entity, id, value, fate));
  }

  private Publish record(
      int partition, String entity, String id, @Nullable String value, Fate fate) {
    Instant ofEntity = passedOf.getOrDefault(entity, Instant.MIN);
    Instant before = ofEntity.isAfter(passed) ? ofEntity : passed;
    return new Publish(partition, entity, id, value, before, fate);
  }

  /**
   * A version is renamed into the watched directory while observations come, from one time to
   * another, until it is served, or refused if it must be.
   */
  void swap(Version version, double from, double to) {
    swap(version, false, from, to);
  }

  /** The same, but the version is copied there, file by file. */
  void swapCopy(Version version, double from, double to) {
    swap(version, true, from, to);
  }

  private void swap(Version version, boolean copied, double from, double to) {
    List<Moment> meanwhile = new ArrayList<>();
    for (double seconds = from; seconds < to; seconds += 2.5) {
      int i = observations++;
      int entity = i % 3;
      String line = line("o" + i, entity(entity), at(seconds), payload(i, i % 4));
      meanwhile.add(
          new Moment(
              record(entity % PARTITIONS, entity(entity), "o" + i, line, Fate.ANSWERED),
              new Pass(at(seconds), ALL_PARTITIONS)));
    }
    steps.add(new Swap(version, copied, List.copyOf(meanwhile)));
  }

  /** In the order in which the product writes it, too. */
  private static String line(String id, String entity, Instant time, String payload) {
    int end = payload.indexOf(',');
    return "{\"id\":\"%s\",\"entity\":\"%s\",%s,\"time\":\"%s\"%s}"
        .formatted(id, entity, payload.substring(0, end), time, payload.substring(end));
  }

  private static String payload(int i, int modality) {
    return switch (modality) {
      case 0 ->
          "\"modality\":\"log\",\"text\":\"a %s pump, noise %d\""
              .formatted(i % 3 == 0 ? "hot" : "quiet", i);
      case 1 ->
          "\"modality\":\"vibration\",\"rateHz\":10,\"values\":[[0.%d,-1],[null,0.5],[2,%d]]"
              .formatted(i, i % 4);
      case 2 ->
          "\"modality\":\"order\",\"record\":{\"age_days\":%d,\"vendor\":\"%s\"}"
              .formatted(i % 30, i % 3 == 0 ? "A" : "B");
      case 3 ->
          "\"modality\":\"camera\",\"contentType\":\"image/png\",\"base64\":\"%s\""
              .formatted(Base64.getEncoder().encodeToString(png(i)));
      default -> throw new IllegalArgumentException("no modality " + modality);
    };
  }

  private static byte[] png(int seed) {
    try {
      return SampleLines.png(seed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Event time passes in every partition. */
  void pass(double seconds) {
    steps.add(new Pass(at(seconds), ALL_PARTITIONS));
  }

  /** Event time passes in one partition. */
  void pass(int partition, double seconds) {
    steps.add(new Pass(at(seconds), List.of(partition)));
  }

  /** Waits for the answers to windows that event time has passed when it was let pass to then. */
  void await(double seconds) {
    passed = passed(seconds);
    steps.add(new Await(null, passed));
  }

  /** The same for one entity. */
  void awaitOf(int entity, double seconds) {
    passedOf.put(entity(entity), passed(seconds));
    steps.add(new Await(entity(entity), passed(seconds)));
  }

  /** Waits for any answer to the window in time of an entity that ends then. */
  void awaitAny(int entity, double endSeconds) {
    steps.add(new AwaitAny(entity(entity) + "|" + at(endSeconds)));
  }

  private Instant passed(double seconds) {
    return at(seconds).minus(StreamedRun.OUT_OF_ORDERNESS);
  }

  /**
   * One more answer for every entity (of very many, some), much later: event time has passed all
   * else when it is there, so that nothing of the story can be under way any more.
   */
  void end(int observationsOfEach) {
    int each = entities.size() > 1_000 ? 1_000 : 1;
    int n = 0;
    for (String entity : entities) {
      for (int i = 0; i < observationsOfEach && n % each == 0; i++) {
        String line = line("e" + i, entity, at(END + i), payload(i, 0));
        publish(0, entity, "e" + i, line, Fate.ANSWERED);
      }
      n++;
    }
    pass(END + 300);
    await(END + 300);
  }
}
