package dev.braid.it.scenarios;

import dev.braid.serving.TinyBundle;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import java.util.List;

/** What a scenario asks of a run: the tiny bundle's spec, but perhaps for its windows. */
enum Setting {
  /** As the tiny bundle has them: corrected by data that are late by up to 10 s. */
  CORRECTED("{size: 10s, period: 5s, allowedLateness: 10s}", Revisions.IN_TURN, 1);

  private static final String BUNDLED = "window: {size: 10s, period: 5s, allowedLateness: 10s}\n";

  private final String window;
  private final Revisions revisions;
  private final int observations;
  private final List<String> streamOptions;

  /**
   * @param window as a spec has it
   * @param revisions of each answer in a stream
   * @param observations of an entity that are sure to make one more answer
   * @param streamOptions further options of {@code braid run} over a stream
   */
  Setting(String window, Revisions revisions, int observations, String... streamOptions) {
    this.window = window;
    this.revisions = revisions;
    this.observations = observations;
    this.streamOptions = List.of(streamOptions);
  }

  String yaml() {
    if (!TinyBundle.SPEC_YAML.contains(BUNDLED)) {
      throw new IllegalStateException("the tiny bundle has other windows than " + BUNDLED);
    }
    return TinyBundle.SPEC_YAML.replace(BUNDLED, "window: " + window + "\n");
  }

  Spec spec() {
    return SpecYaml.parse(yaml());
  }

  boolean isBundled() {
    return yaml().equals(TinyBundle.SPEC_YAML);
  }

  Revisions revisions(Mode mode) {
    return mode == Mode.FILES ? Revisions.ONE_FINAL : revisions;
  }

  int observations() {
    return observations;
  }

  List<String> streamOptions() {
    return streamOptions;
  }
}
