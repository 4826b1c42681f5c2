package dev.braid.it.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.it.BraidProcess;
import dev.braid.pipelines.analysis.Oracle;
import dev.braid.pipelines.analysis.Oracle.Expected;
import dev.braid.pipelines.io.PredictionJson;
import dev.braid.transforms.fuse.Prediction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** A run from topics to topics, in which one scenario is told after the other. */
final class StreamedRun implements Run {
  /** What {@code --out-of-orderness} is by default. */
  static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Whose observations let event time pass. What is answered to it is held to nothing. */
  private static final String CLOCK = "clock";

  private final Setting setting;
  private final Oracle oracle;
  private final Map<String, Integer> widths;
  private final Topics topics;
  private final Versions versions;
  private final BraidProcess process;
  private final Map<Scenario, Telling> waiting = new HashMap<>();
  private final Map<String, List<Prediction>> found = new TreeMap<>();
  private final List<PublishedDeadLetter> dead = new ArrayList<>();
  private final Set<Version> answering = EnumSet.noneOf(Version.class);
  private Version serving = Version.LAUNCHED;
  private long judged;
  private boolean failed;
  private int ticks;

  /**
   * Starts the run on an empty stream, but for scenarios that wait for it.
   *
   * @param name begins the names of its topics
   * @param cells that are to be told
   */
  StreamedRun(Site site, List<Cell> cells, String name) throws Exception {
    Runner runner = cells.get(0).runner();
    this.setting = cells.get(0).setting();
    this.oracle = site.oracle(setting);
    this.widths = site.widths();
    this.topics = new Topics(site.broker(), name, Story.PARTITIONS);
    this.versions = new Versions(site.directory().resolve(name + "-versions"), site.digest());
    for (Cell cell : cells) {
      if (cell.scenario().waiting()) {
        Telling telling = new Telling(cell.scenario().story(), oracle, setting);
        for (Story.Step step : telling.story().steps()) {
          publish(step, telling);
        }
        waiting.put(cell.scenario(), telling);
      }
    }
    List<String> arguments = new ArrayList<>(List.of("run", "--runner", runner.toString()));
    arguments.addAll(site.options(setting));
    arguments.addAll(
        List.of(
            "--input",
            setting == Setting.IDLE
                ? topics.address(topics.observations(), topics.silence())
                : topics.address(topics.observations()),
            "--output",
            topics.address(topics.predictions()),
            "--dead-letters",
            topics.address(topics.deadLetters())));
    arguments.addAll(setting.options());
    if (setting == Setting.WATCHED) {
      arguments.addAll(versions.options(runner));
    }
    this.process = BraidProcess.start(runner.toString(), arguments);
  }

  @Override
  public void tell(Cell cell) throws Exception {
    Scenario scenario = cell.scenario();
    failed = true;
    Telling telling = waiting.get(scenario);
    boolean published = telling != null;
    if (telling == null) {
      telling = new Telling(scenario.story(), oracle, setting);
    }
    telling.serves(serving);
    for (Story.Step step : telling.story().steps()) {
      if (step instanceof Story.Swap swap) {
        swap(telling, swap);
      } else if (!published) {
        publish(step, telling);
      }
      if (step instanceof Story.Await await) {
        awaitAnswers(telling, await);
      } else if (step instanceof Story.AwaitAny any) {
        await(() -> found.containsKey(any.key()) ? List.of() : List.of(any.key()));
        telling.awaited(any.key());
      }
    }
    judge(telling);
    failed = false;
  }

  private void publish(Story.Step step, Telling telling) throws Exception {
    if (step instanceof Story.Publish record) {
      Future<RecordMetadata> lies =
          topics.publish(record.partition(), record.entity(), record.value());
      telling.told(record);
      if (record.fate() != Story.Fate.ANSWERED) {
        telling.dead(PublishedDeadLetter.of(record, lies.get()));
      }
    } else if (step instanceof Story.Pass pass) {
      for (int partition : pass.partitions()) {
        topics.publish(
            partition,
            CLOCK,
            "{\"id\":\"t%d\",\"entity\":\"%s\",\"time\":\"%s\",\"modality\":\"log\",\"text\":\"x\"}"
                .formatted(ticks++, CLOCK, pass.time()));
      }
    }
  }

  /**
   * An observation a second, as often as a run looks for newer versions, and with it a window of
   * the clock that ends: what nobody asks is served by nobody.
   */
  private void swap(Telling telling, Story.Swap swap) throws Exception {
    Version version = swap.version();
    boolean refused = !version.refusal().isEmpty();
    if (!refused) {
      judgeVersions(telling, answers(telling));
      telling.serves(null);
    }
    if (swap.copied()) {
      versions.copy(version);
    } else {
      versions.rename(version);
    }
    for (Story.Moment moment : swap.meanwhile()) {
      publish(moment.publish(), telling);
      publish(moment.pass(), telling);
      topics.flush();
      versions.goOn();
      Instant next = Instant.now().plusSeconds(1);
      while (Instant.now().isBefore(next)) {
        if (refused ? isRefused(version) : answering.contains(version)) {
          serving = refused ? serving : version;
          if (!refused) {
            telling.serves(version);
          }
          return;
        }
        assertThat(process.isAlive()).as(process.err()).isTrue();
        topics.poll(Duration.ofMillis(100), this::take);
      }
    }
    throw new AssertionError(
        "%s is neither served nor refused; the run says: %s".formatted(version, says()));
  }

  private boolean isRefused(Version version) {
    List<String> lines =
        process
            .err()
            .lines()
            .filter(line -> line.contains("not swapped: ") && line.contains(version.refusal()))
            .toList();
    assertThat(lines).hasSizeLessThanOrEqualTo(1);
    return !lines.isEmpty();
  }

  private void awaitAnswers(Telling telling, Story.Await await) throws Exception {
    topics.flush();
    Map<String, Expected> complete = new TreeMap<>(telling.expected());
    complete
        .entrySet()
        .removeIf(
            expected ->
                expected.getValue().end().isAfter(await.time())
                    || (await.entity() != null
                        && !expected.getKey().startsWith(await.entity() + "|")));
    await(
        () ->
            complete.entrySet().stream()
                .filter(expected -> !isSettled(expected.getKey(), expected.getValue()))
                .map(Map.Entry::getKey)
                .toList());
  }

  /** Whether the last answer has come: the final one, or, where there is none, the right one. */
  private boolean isSettled(String key, Expected expected) {
    List<Prediction> answers = found.getOrDefault(key, List.of());
    return setting.closes()
        ? answers.stream().anyMatch(Prediction::isFinal)
        : answers.stream().anyMatch(answer -> Answers.difference(expected, answer).isEmpty());
  }

  private void await(Supplier<List<String>> missing) {
    Instant end = Instant.now().plus(PATIENCE);
    for (List<String> left = missing.get(); !left.isEmpty(); left = missing.get()) {
      if (!process.isAlive()) {
        throw new AssertionError("the run has ended: " + says());
      }
      if (Instant.now().isAfter(end)) {
        throw new AssertionError(
            "not there after %s: %d, such as %s, which has %s; the run says: %s"
                .formatted(PATIENCE, left.size(), left.get(0), found.get(left.get(0)), says()));
      }
      topics.poll(Duration.ofMillis(100), this::take);
    }
  }

  /** The last of what the run has to say. */
  private String says() {
    String err = process.err();
    return err.substring(Math.max(0, err.length() - 4_000));
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(topics.predictions())) {
      Prediction prediction =
          PredictionJson.parse(new String(record.value(), StandardCharsets.UTF_8));
      Version version = versions.of(prediction.getModel().digest());
      assertThat(version.refusal()).as("answered by %s", version).isEmpty();
      answering.add(version);
      if (!prediction.getEntity().equals(CLOCK)) {
        found.computeIfAbsent(Answers.key(prediction), k -> new ArrayList<>()).add(prediction);
      }
    } else {
      dead.add(PublishedDeadLetter.of(record));
    }
  }

  private void judge(Telling telling) {
    await(
        () ->
            telling.dead().stream()
                .filter(expected -> !dead.contains(expected))
                .map(PublishedDeadLetter::toString)
                .toList());
    telling.dead().forEach(dead::remove);
    assertThat(dead).as("dead letters of what is no bad record").isEmpty();
    Map<String, List<Prediction>> answers = answers(telling);
    if (setting == Setting.WATCHED) {
      judgeByVersion(telling, answers);
    } else {
      assertThat(
              Answers.wrong(telling.expected(), answers, telling.corrected(), setting, Mode.STREAM))
          .isEmpty();
    }
    judged += answers.values().stream().mapToInt(List::size).sum();
  }

  /** Every answer is that of the version that it names, and not of one before the last. */
  private void judgeByVersion(Telling telling, Map<String, List<Prediction>> answers) {
    Map<Version, Map<String, Expected>> expected = new EnumMap<>(Version.class);
    assertThat(
            Answers.wrong(
                telling.expected(),
                (key, last) ->
                    expected
                        .computeIfAbsent(
                            versions.of(last.getModel().digest()),
                            version -> telling.expected(version.oracle(setting, widths)))
                        .get(key),
                answers,
                telling.corrected(),
                setting,
                Mode.STREAM))
        .isEmpty();
    judgeVersions(telling, answers);
  }

  private void judgeVersions(Telling telling, Map<String, List<Prediction>> answers) {
    Map<String, Version> served = telling.served();
    served.keySet().retainAll(answers.keySet());
    assertThat(served).isNotEmpty();
    served.forEach(
        (key, version) ->
            assertThat(answers.getOrDefault(key, List.of()))
                .as(key)
                .extracting(answer -> versions.of(answer.getModel().digest()))
                .containsOnly(version));
  }

  private Map<String, List<Prediction>> answers(Telling telling) {
    Map<String, List<Prediction>> answers = new TreeMap<>(found);
    answers.keySet().removeIf(key -> !telling.story().owns(key));
    return answers;
  }

  @Override
  public void close() {
    process.close();
    if (!failed) {
      topics.drain(this::take);
      assertThat(found.values().stream().mapToInt(List::size).sum())
          .as("answers that came after all was told")
          .isEqualTo(judged);
      assertThat(dead).isEmpty();
    }
    topics.close();
  }
}
