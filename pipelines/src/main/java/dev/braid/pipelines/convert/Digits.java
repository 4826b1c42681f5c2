package dev.braid.pipelines.convert;

import dev.braid.dataset.Label;
import dev.braid.dataset.Split;
import dev.braid.observation.Observation;
import dev.braid.pipelines.simulate.SeededRandom;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.spec.WindowSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * MNIST images, spoken digits, pen trajectories and newsgroup posts, paired by class as AV-MNIST is
 * (Vielzeuf et al., CentralNet, 2018). Every scene is one window of its own entity. Source items
 * are divided into train, validation and test first, and the scenes of a part are made of its items
 * alone.
 */
final class Digits implements Conversion {
  private static final int SCENES = 6_000;
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration WINDOW = Duration.ofSeconds(10);

  /** Modalities that must be there before one of them can disagree with the others. */
  private static final int FEWEST_FOR_ODD = 3;

  private static final String NONE = "none";

  private final List<DigitSource<?>> sources =
      List.of(new MnistImages(), new FsddVoices(), new PenTrajectories(), new NewsgroupPosts());

  @Override
  public String name() {
    return "digits";
  }

  @Override
  public boolean needsSource() {
    return true;
  }

  private Spec spec() {
    Map<String, ModalitySpec> modalities = new LinkedHashMap<>();
    List<String> odd = new ArrayList<>(List.of(NONE));
    for (DigitSource<?> source : sources) {
      modalities.put(source.modality(), source.spec());
      odd.add(source.modality());
    }
    Map<String, TaskSpec> tasks = new LinkedHashMap<>();
    tasks.put(
        "digit",
        new TaskSpec.Classification(
            IntStream.range(0, DigitDecks.CLASSES).mapToObj(Integer::toString).toList()));
    tasks.put("odd", new TaskSpec.Classification(odd));
    return new Spec(
        name(),
        new Spec.EntitySpec("scene"),
        new WindowSpec.Time(WINDOW, null, null),
        modalities,
        tasks,
        null);
  }

  @Override
  public ConversionReport convert(
      Path source, DatasetWriter writer, ConversionOptions options, Progress progress) {
    ConversionReport.Tally tally = new ConversionReport.Tally();
    Map<String, Map<Split, List<DigitItem<?>>>> items = new LinkedHashMap<>();
    for (DigitSource<?> digits : sources) {
      List<? extends DigitItem<?>> read = digits.read(source);
      tally.add("items." + digits.modality(), read.size());
      items.put(digits.modality(), DigitDecks.divide(digits.modality(), read, options.seed()));
    }
    Map<Split, DigitDecks> decks = new TreeMap<>();
    for (Split split : Split.values()) {
      Map<String, List<DigitItem<?>>> ofSplit = new LinkedHashMap<>();
      items.forEach(
          (modality, parts) -> ofSplit.put(modality, parts.getOrDefault(split, List.of())));
      decks.put(split, new DigitDecks(ofSplit, options.seed(), split));
    }
    writer.spec(spec());
    List<Plan> plans = plans(options.scenesOr(SCENES), options.seed());
    for (int scene = 0; scene < plans.size(); scene++) {
      Plan plan = plans.get(scene);
      DigitDecks deck = decks.get(plan.split());
      if (deck == null) {
        throw new IllegalStateException(plan.toString());
      }
      new Scene(scene, plan, deck, options, tally).write(writer);
      progress.at(scene + 1L, plans.size());
    }
    return tally.report();
  }

  /** What a scene is to show and which part it belongs to. */
  private record Plan(Split split, int digit) {}

  /** The classes are as even as the numbers allow in every part; the parts are mixed in time. */
  private static List<Plan> plans(int scenes, long seed) {
    List<Plan> plans = new ArrayList<>();
    int held = Math.round(scenes * 0.1f);
    for (int scene = 0; scene < scenes; scene++) {
      Split split = scene < held ? Split.VALIDATION : scene < 2 * held ? Split.TEST : Split.TRAIN;
      plans.add(new Plan(split, scene % DigitDecks.CLASSES));
    }
    Collections.shuffle(plans, SeededRandom.of(seed, "scenes"));
    return plans;
  }

  /** Makes one scene. */
  private final class Scene {
    private final String entity;
    private final Instant start;
    private final Plan plan;
    private final DigitDecks deck;
    private final ConversionOptions options;
    private final ConversionReport.Tally tally;
    private final Random random;

    Scene(
        int number,
        Plan plan,
        DigitDecks deck,
        ConversionOptions options,
        ConversionReport.Tally tally) {
      this.entity = Integer.toString(number);
      this.start = BEGIN.plus(WINDOW.multipliedBy(number));
      this.plan = plan;
      this.deck = deck;
      this.options = options;
      this.tally = tally;
      this.random = SeededRandom.of(options.seed(), "scene", number);
    }

    void write(DatasetWriter writer) {
      List<DigitSource<?>> present = present();
      if (present.isEmpty()) {
        tally.count("scenes.leftOut");
        return;
      }
      String odd = odd(present);
      for (DigitSource<?> source : present) {
        show(source, source.modality().equals(odd) ? otherDigit(source) : plan.digit(), writer);
      }
      Instant end = start.plus(WINDOW);
      writer.label(new Label(entity, start, end, "digit", Integer.toString(plan.digit())));
      writer.label(new Label(entity, start, end, "odd", odd));
      writer.split(entity, plan.split());
      tally.count("scenes");
      tally.count("scenes." + plan.split().label());
      tally.count("present." + present.size());
      tally.count("odd." + odd);
    }

    /** The modalities that are there: at least one, as far as the source has items. */
    private List<DigitSource<?>> present() {
      List<DigitSource<?>> possible = new ArrayList<>();
      for (DigitSource<?> source : sources) {
        if (deck.has(source.modality(), plan.digit())) {
          possible.add(source);
        } else {
          tally.note(
              "the source has too few items for '%s' of digit %d in %s: it is missing there"
                  .formatted(source.modality(), plan.digit(), plan.split().label()));
        }
      }
      List<DigitSource<?>> present = new ArrayList<>(possible);
      present.removeIf(source -> random.nextDouble() < options.missing());
      if (present.isEmpty() && !possible.isEmpty()) {
        present.add(possible.get(random.nextInt(possible.size())));
      }
      return present;
    }

    private String odd(List<DigitSource<?>> present) {
      if (present.size() < FEWEST_FOR_ODD || random.nextDouble() >= options.mismatch()) {
        return NONE;
      }
      DigitSource<?> odd = present.get(random.nextInt(present.size()));
      return otherDigits(odd).isEmpty() ? NONE : odd.modality();
    }

    private List<Integer> otherDigits(DigitSource<?> source) {
      return IntStream.range(0, DigitDecks.CLASSES)
          .filter(digit -> digit != plan.digit() && deck.has(source.modality(), digit))
          .boxed()
          .toList();
    }

    private int otherDigit(DigitSource<?> source) {
      List<Integer> others = otherDigits(source);
      return others.get(random.nextInt(others.size()));
    }

    @SuppressWarnings("unchecked") // A deck deals only what the source of its modality has read.
    private <T> void show(DigitSource<T> source, int digit, DatasetWriter writer) {
      DigitItem<T> item = (DigitItem<T>) deck.deal(source.modality(), digit);
      if (item == null) {
        throw new IllegalStateException(source.modality() + " " + digit);
      }
      String id = item.id() + "-s" + entity;
      T content = item.content();
      String name = item.id();
      if (random.nextDouble() < options.degrade()) {
        content = source.degrade(content, random);
        name = id;
        tally.count("degraded." + source.modality());
      }
      tally.count("shown." + source.modality());
      writer.observation(
          source.file(),
          Observation.of(
              id,
              entity,
              source.modality(),
              start.plusSeconds(2).plusSeconds(2L * sources.indexOf(source)),
              source.payload(content, name, writer)));
    }
  }
}
