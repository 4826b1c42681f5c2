package dev.braid.pipelines.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NeedTest {
  private static final String PATIENT =
      "{size: 10s, allowedLateness: 5s, early: 1s}\nmodalities: {log: {kind: text, wait: 2s},"
          + " note: {kind: text, wait: 1s}}";

  @Test
  void aStreamNeedsWhatItsWindowsAskFor() {
    assertThat(needs("{size: 10s}", true)).isEmpty();
    assertThat(needs("{size: 10s, allowedLateness: 5s}", true))
        .containsExactly(Construct.LATE_REVISIONS);
    assertThat(needs("{size: 10s, early: 5s}", true)).containsExactly(Construct.EARLY_ANSWERS);
    assertThat(needs("{count: 10}", true)).containsExactly(Construct.COUNT_WINDOWS_STREAMING);
    assertThat(needs("{gap: 10s}", true)).containsExactly(Construct.SESSIONS_STREAMING);
    assertThat(needs(PATIENT, true))
        .containsExactly(Construct.EARLY_ANSWERS, Construct.WAIT_BUDGETS, Construct.LATE_REVISIONS);
  }

  @Test
  void ofBoundedInputNothingIsEarlyOrLate() {
    for (String window : List.of("{size: 10s}", "{count: 10}", "{gap: 10s}", PATIENT)) {
      assertThat(needs(window, false)).isEmpty();
    }
  }

  @Test
  void aRefusalSaysWhatWhyAndWhatNext() {
    assertThat(
            Need.refused(
                Need.of(spec("{size: 10s, early: 5s}"), true),
                refusing(EnumSet.allOf(Construct.class))))
        .containsExactly(
            "the runner hasty cannot do early answers exactly (it has no clock); use flink or"
                + " direct, or leave out window.early");
  }

  @Test
  void everyReasonIsGivenAtOnce() {
    assertThat(
            Need.refused(
                Need.of(spec(PATIENT), true),
                refusing(EnumSet.of(Construct.WAIT_BUDGETS, Construct.LATE_REVISIONS))))
        .hasSize(2)
        .anyMatch(line -> line.endsWith("or leave out modalities.log.wait, modalities.note.wait"))
        .anyMatch(line -> line.endsWith("or leave out window.allowedLateness"));
  }

  private static List<Construct> needs(String window, boolean streaming) {
    return Need.of(spec(window), streaming).stream().map(Need::construct).toList();
  }

  private static Spec spec(String window) {
    return SpecYaml.parse(
        "name: n\ntasks: {health: {kind: regression}}\nwindow: "
            + window
            + (window.contains("modalities") ? "" : "\nmodalities: {log: {kind: text}}"));
  }

  private static Engine refusing(Set<Construct> refused) {
    return new Engine() {
      @Override
      public String name() {
        return "hasty";
      }

      @Override
      public Map<String, String> defaults(int cores) {
        return Map.of();
      }

      @Override
      public Optional<Refusal> refusal(Construct construct) {
        return refused.contains(construct)
            ? Optional.of(new Refusal("it has no clock", List.of("flink", "direct")))
            : Optional.empty();
      }
    };
  }
}
