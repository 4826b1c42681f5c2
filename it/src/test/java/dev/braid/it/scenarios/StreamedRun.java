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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** A run from topics to topics, in which one scenario is told after the other. */
final class StreamedRun implements Run {
  /** What {@code --out-of-orderness} is by default. */
  static final Duration OUT_OF_ORDERNESS = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** Whose observations let event time pass. What is answered to it is held to nothing. */
  private static final String CLOCK = "clock";

  private final Setting setting;
  private final Oracle oracle;
  private final Topics topics;
  private final BraidProcess process;
  private final Map<Scenario, Telling> waiting = new HashMap<>();
  private final Map<String, List<Prediction>> found = new TreeMap<>();
  private final List<PublishedDeadLetter> dead = new ArrayList<>();
  private int judged;
  private int ticks;

  /** How far a story is told. */
  private static final class Telling {
    private final Story story;
    private final List<String> answered = new ArrayList<>();
    private final List<String> dead = new ArrayList<>();

    Telling(Story story) {
      this.story = story;
    }
  }

  /**
   * Starts the run on an empty stream, but for scenarios that wait for it.
   *
   * @param name begins the names of its topics
   * @param scenarios that may be told
   */
  StreamedRun(Site site, Runner runner, Setting setting, String name, List<Scenario> scenarios)
      throws Exception {
    this.setting = setting;
    this.oracle = site.oracle(setting);
    this.topics = new Topics(site.broker(), name, Story.PARTITIONS);
    for (Scenario scenario : scenarios) {
      if (scenario.waiting()) {
        Telling telling = new Telling(scenario.story());
        for (Story.Step step : telling.story.steps()) {
          publish(step, telling);
        }
        waiting.put(scenario, telling);
      }
    }
    List<String> arguments = new ArrayList<>(List.of("run", "--runner", runner.toString()));
    arguments.addAll(site.options(setting));
    arguments.addAll(
        List.of(
            "--input",
            topics.address(topics.observations()),
            "--output",
            topics.address(topics.predictions()),
            "--dead-letters",
            topics.address(topics.deadLetters())));
    arguments.addAll(setting.streamOptions());
    this.process = BraidProcess.start(runner.toString(), arguments);
  }

  @Override
  public void tell(Scenario scenario) throws Exception {
    Telling telling = waiting.get(scenario);
    boolean published = telling != null;
    if (telling == null) {
      telling = new Telling(scenario.story());
    }
    for (Story.Step step : telling.story.steps()) {
      if (!published) {
        publish(step, telling);
      }
      if (step instanceof Story.Await await) {
        await(telling, await.time());
      }
    }
    judge(telling);
  }

  private void publish(Story.Step step, Telling telling) throws Exception {
    if (step instanceof Story.Publish record) {
      Future<RecordMetadata> lies =
          topics.publish(record.partition(), record.entity(), record.value());
      if (record.fate() == Story.Fate.ANSWERED) {
        telling.answered.add(record.value());
      } else if (record.fate() == Story.Fate.DEAD) {
        telling.dead.add(PublishedDeadLetter.position(lies.get()));
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

  private void await(Telling telling, Instant time) {
    Map<String, Expected> complete = new TreeMap<>(oracle.answer(telling.answered));
    complete.values().removeIf(expected -> expected.end().isAfter(time));
    await(() -> complete.keySet().stream().filter(key -> !found.containsKey(key)).toList());
  }

  private void await(Supplier<List<String>> missing) {
    Instant end = Instant.now().plus(PATIENCE);
    for (List<String> left = missing.get(); !left.isEmpty(); left = missing.get()) {
      if (!process.isAlive()) {
        throw new AssertionError("the run has ended: " + process.err());
      }
      if (Instant.now().isAfter(end)) {
        throw new AssertionError(
            "not there after %s: %d, such as %s; the run says: %s"
                .formatted(PATIENCE, left.size(), left.subList(0, 1), process.err()));
      }
      topics.poll(Duration.ofMillis(200), this::take);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.topic().equals(topics.predictions())) {
      Prediction prediction =
          PredictionJson.parse(new String(record.value(), StandardCharsets.UTF_8));
      found.computeIfAbsent(Answers.key(prediction), k -> new ArrayList<>()).add(prediction);
    } else {
      dead.add(PublishedDeadLetter.of(record));
    }
  }

  private void judge(Telling telling) {
    await(
        () ->
            telling.dead.stream()
                .filter(position -> dead.stream().noneMatch(d -> d.position().equals(position)))
                .toList());
    Map<String, List<Prediction>> answers = new TreeMap<>(found);
    answers.keySet().removeIf(key -> !telling.story.owns(key));
    assertThat(
            Answers.wrong(oracle.answer(telling.answered), answers, setting.revisions(Mode.STREAM)))
        .isEmpty();
    judged += answers.values().stream().mapToInt(List::size).sum();
  }

  @Override
  public void close() {
    process.close();
    topics.close();
  }
}
