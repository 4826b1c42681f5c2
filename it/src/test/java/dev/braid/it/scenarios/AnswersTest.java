package dev.braid.it.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.analysis.Oracle.Expected;
import dev.braid.scene.Answer;
import dev.braid.transforms.fuse.Prediction;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The suite sees what is missing, too much, wrong or said twice. */
final class AnswersTest {
  private static final Instant START = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant END = START.plusSeconds(10);
  private static final String KEY = "e|1970-01-01T00:00:10Z";
  private static final Map<String, Expected> EXPECTED =
      Map.of(KEY, new Expected(START, END, List.of("log"), answer(0.5f)));

  @Test
  void theRightAnswerOnceIsRight() {
    assertThat(wrong(Setting.SLIDING, Set.of(), prediction(0, true, 0.50009f))).isEmpty();
    assertThat(wrong(Setting.CORRECTED, Set.of(), prediction(0, false, 0.5f))).isEmpty();
  }

  @Test
  void aNumberThatIsFurtherOffIsWrong() {
    assertThat(wrong(Setting.SLIDING, Set.of(), prediction(0, true, 0.5002f)))
        .containsExactly(KEY + ": health is 0.5002, but the oracle's 0.5");
  }

  @Test
  void noAnswerAndOneThatNobodyExpectsAreWrong() {
    assertThat(wrong(Setting.SLIDING, Set.of())).containsExactly(KEY + ": no answer");
    assertThat(
            Answers.wrong(
                Map.of(),
                Map.of(KEY, List.of(prediction(0, true, 0.5f))),
                Set.of(),
                Setting.SLIDING,
                Mode.STREAM))
        .singleElement()
        .asString()
        .startsWith(KEY + ": not an answer of the oracle: ");
  }

  @Test
  void theSameAnswerTwiceIsWrong() {
    Prediction once = prediction(0, true, 0.5f);
    assertThat(wrong(Setting.SLIDING, Set.of(), once, once))
        .containsExactly(KEY + ": the revisions are [0, 0]");
  }

  @Test
  void anAnswerThatIsNeverFinalIsWrongWhereNothingLateIsTaken() {
    assertThat(wrong(Setting.SLIDING, Set.of(), prediction(0, false, 0.5f)))
        .containsExactly(KEY + ": the last answer is not final");
  }

  @Test
  void aCorrectionMustBeOneAndOnlyWhereThereIsSomethingToCorrect() {
    Prediction first = prediction(0, false, 0.1f);
    Prediction second = prediction(1, false, 0.5f);
    assertThat(wrong(Setting.CORRECTED, Set.of(KEY), second, first)).isEmpty();
    assertThat(wrong(Setting.CORRECTED, Set.of(), first, second))
        .containsExactly(KEY + ": it was corrected: [0, 1]");
    assertThat(wrong(Setting.CORRECTED, Set.of(KEY), prediction(0, false, 0.5f)))
        .containsExactly(KEY + ": it was not answered before the correction");
    assertThat(wrong(Setting.CORRECTED, Set.of(KEY), second, prediction(2, false, 0.5f)))
        .containsExactly(KEY + ": the revisions are [1, 2]");
  }

  private static List<String> wrong(
      Setting setting, Set<String> corrected, Prediction... predictions) {
    return Answers.wrong(
        EXPECTED,
        predictions.length == 0 ? Map.of() : Map.of(KEY, List.of(predictions)),
        corrected,
        setting,
        Mode.STREAM);
  }

  private static Prediction prediction(int revision, boolean isFinal, float health) {
    return Prediction.builder()
        .setEntity("e")
        .setWindowStart(START)
        .setWindowEnd(END)
        .setRevision(revision)
        .setFinal(isFinal)
        .setAnswer(answer(health))
        .setPresent(List.of("log"))
        .setAnomalyThreshold(1)
        .setModel(new Prediction.Model("tiny", "sha256:1234", "cpu", "fp32"))
        .build();
  }

  private static Answer answer(float health) {
    return new Answer(Map.of("health", new Answer.Estimated(health)), 0.25f, Map.of("log", 1f));
  }
}
