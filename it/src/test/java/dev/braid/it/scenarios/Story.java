package dev.braid.it.scenarios;

import dev.braid.pipelines.analysis.SampleLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
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

  /** When its last observations are: later than all else that is told. */
  private static final double END = 3_000;

  /** One step. */
  sealed interface Step {}

  /**
   * A record.
   *
   * @param value null for a record without one
   * @param fate what becomes of it in a stream
   */
  record Publish(int partition, String entity, @Nullable String value, Fate fate) implements Step {}

  /** What becomes of a record. */
  enum Fate {
    /** It is part of its windows. */
    ANSWERED,
    /** It comes too late for a stream's answer. */
    TOO_LATE,
    /** It cannot be used, and becomes a dead letter. */
    DEAD
  }

  /** Event time passes {@code time} in these partitions. */
  record Pass(Instant time, List<Integer> partitions) implements Step {}

  /** All answers are there of windows that {@code time} has passed. */
  record Await(Instant time) implements Step {}

  private final String name;
  private final Instant begin;
  private final List<Step> steps = new ArrayList<>();
  private final Set<String> entities = new TreeSet<>();
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
    publish(entity % PARTITIONS, entity, line(entity, seconds, modality), Fate.ANSWERED);
  }

  /** A record of any kind. */
  void publish(int partition, int entity, @Nullable String line, Fate fate) {
    steps.add(new Publish(partition, entity(entity), line, fate));
  }

  /** A new observation as a line of JSON. */
  String line(int entity, double seconds, int modality) {
    int i = observations++;
    return line("o" + i, entity(entity), at(seconds), payload(i, modality));
  }

  private static String line(String id, String entity, Instant time, String payload) {
    return "{\"id\":\"%s\",\"entity\":\"%s\",\"time\":\"%s\",%s}"
        .formatted(id, entity, time, payload);
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
    List<Integer> partitions = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      partitions.add(partition);
    }
    steps.add(new Pass(at(seconds), partitions));
  }

  /** Event time passes in one partition. */
  void pass(int partition, double seconds) {
    steps.add(new Pass(at(seconds), List.of(partition)));
  }

  /** Waits for the answers to windows that event time has passed when an observation is so late. */
  void await(double seconds) {
    steps.add(new Await(at(seconds).minus(StreamedRun.OUT_OF_ORDERNESS)));
  }

  /**
   * One more answer for every entity, much later: event time has passed all else when it is there,
   * so that nothing of the story can be under way any more.
   */
  void end(int observationsOfEach) {
    for (String entity : entities) {
      for (int i = 0; i < observationsOfEach; i++) {
        steps.add(
            new Publish(
                0, entity, line("e" + i, entity, at(END + i), payload(i, 0)), Fate.ANSWERED));
      }
    }
    pass(END + 300);
    await(END + 300);
  }
}
