package dev.braid.it.scenarios;

import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.Need;
import dev.braid.serving.TinyBundle;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.spec.WindowSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What scenarios ask of a run: the tiny bundle's spec, but for its windows, and options. */
enum Setting {
  SLIDING("sliding windows", "{size: 10s, period: 5s}"),

  /** With a second topic to which nothing is ever published. */
  IDLE("partitions that fall silent", "{size: 10s, period: 5s}", "--idle-timeout", "5s"),

  COUNT("windows by count", "{count: 6, every: 3}"),

  SESSIONS("sessions", "{gap: 5s}"),

  /** As the tiny bundle has them. */
  CORRECTED("corrections by late data", "{size: 10s, period: 5s, allowedLateness: 10s}"),

  EARLY("early answers", "{size: 10s, period: 5s, early: 500ms}"),

  /** For the order, up to 10 s. */
  WAIT("a wait for a missing modality", "{size: 10s, period: 5s, allowedLateness: 20s}"),

  TRANSACTIONS("transactions of Kafka", "{size: 10s, period: 5s}", "--transactional"),

  /** Newer versions of the bundle appear in a directory, which a stream's run is told. */
  WATCHED("a newer version of the bundle", "{size: 10s, period: 5s}"),

  /** The last one, because its scenario takes longest. */
  TUMBLING("windows side by side", "{size: 10s}");

  private static final String BUNDLED = "window: {size: 10s, period: 5s, allowedLateness: 10s}\n";
  private static final String ORDER = "categorical: [vendor]";

  private final String words;
  private final String window;
  private final List<String> options;

  /**
   * @param words what it is, for people
   * @param window as a spec has it
   * @param options further ones of {@code braid run} over a stream
   */
  Setting(String words, String window, String... options) {
    this.words = words;
    this.window = window;
    this.options = List.of(options);
  }

  String words() {
    return words;
  }

  List<String> options() {
    return options;
  }

  /**
   * Whether there is such a thing in that mode, and the engine claims it: Direct reads a stream ten
   * records at a time, for trials and not for traffic.
   */
  boolean isIn(Runner runner, Mode mode) {
    return mode == Mode.FILES
        ? options.isEmpty() && this != WATCHED
        : runner != Runner.DIRECT || this != TUMBLING;
  }

  String yaml() {
    String yaml = TinyBundle.SPEC_YAML.replace(BUNDLED, "window: " + window + "\n");
    return this == WAIT ? yaml.replace(ORDER, ORDER + ", wait: 10s") : yaml;
  }

  Spec spec() {
    return SpecYaml.parse(yaml());
  }

  /** What it needs of an engine. */
  List<Need> needs(Mode mode) {
    List<Need> needs = new ArrayList<>(Need.of(spec(), mode == Mode.STREAM));
    if (this == TRANSACTIONS) {
      needs.add(new Need(Construct.TRANSACTIONAL_PUBLISH, "leave out --transactional"));
    }
    return needs;
  }

  /** Observations of an entity that are sure to make one more answer. */
  int observations() {
    return spec().window() instanceof WindowSpec.Count count ? count.everyMany() : 1;
  }

  /** Whether the last answer of a stream to each window says that it is final. */
  boolean closes() {
    return this != CORRECTED && this != WAIT;
  }

  /** Whether windows are cut in order, so that what comes too late is a dead letter. */
  boolean isOrdered() {
    return !(spec().window() instanceof WindowSpec.Time);
  }

  /**
   * What is wrong with the revisions of one answer, in their order; empty if nothing is.
   *
   * @param corrected whether an earlier answer than the last must have been another
   */
  String wrong(Mode mode, List<Integer> revisions, List<Boolean> finals, boolean corrected) {
    boolean last = finals.get(finals.size() - 1);
    if (mode == Mode.FILES) {
      return revisions.equals(List.of(0)) && last ? "" : "not one final answer";
    }
    for (int i = 0; i < revisions.size(); i++) {
      if (revisions.get(i) != i) {
        return "the revisions are " + revisions;
      }
    }
    if (finals.indexOf(true) >= 0 && finals.indexOf(true) < finals.size() - 1) {
      return "the answer went on after the final one";
    }
    if (closes() && !last) {
      return "the last answer is not final";
    }
    if (corrected) {
      return revisions.size() > 1 ? "" : "it was not answered before the correction";
    }
    return revisions.size() == 1 || this == EARLY ? "" : "it was corrected: " + revisions;
  }

  /** For names of topics and files. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  static {
    Set<String> parts = Set.of(BUNDLED, ORDER);
    if (!parts.stream().allMatch(TinyBundle.SPEC_YAML::contains)) {
      throw new IllegalStateException("the tiny bundle's spec lacks one of " + parts);
    }
  }
}
