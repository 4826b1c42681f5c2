package dev.braid.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SpecYamlTest {
  private static final String PLANT =
      """
      name: plant
      entity: {description: machine}
      window: {size: 60s, period: 5s, allowedLateness: 30s}
      modalities:
        camera:     {kind: image, height: 64, width: 48, channels: 1}
        log:        {kind: text, language: en}
        vibration:  {kind: sensor, channels: 3, rateHz: 50, frame: 2s, maxTokens: 8}
        microphone: {kind: audio, rateHz: 8000, length: 500ms}
        work_order: {kind: record, numeric: [age_days], categorical: [vendor]}
      tasks:
        state:  {kind: classification, labels: [normal, bearing_fault]}
        health: {kind: regression}
      anomaly: {quantile: 0.99}
      """;

  private static final String SMALL =
      """
      name: small
      window: {size: 10s}
      modalities:
        log: {kind: text}
      tasks:
        health: {kind: regression}
      """;

  @Test
  void everyKindIsRead() {
    assertThat(SpecYaml.parse(PLANT))
        .isEqualTo(
            new Spec(
                "plant",
                new Spec.EntitySpec("machine"),
                new WindowSpec.Time(
                    Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofSeconds(30)),
                inOrder(
                    "camera", new ModalitySpec.Image(64, 48, 1, 32),
                    "log", new ModalitySpec.Text("en", 32),
                    "vibration", new ModalitySpec.Sensor(3, 50, Duration.ofSeconds(2), 8),
                    "microphone", new ModalitySpec.Audio(8000, Duration.ofMillis(500), 32),
                    "work_order",
                        new ModalitySpec.Record(List.of("age_days"), List.of("vendor"), 32)),
                inOrder(
                    "state", new TaskSpec.Classification(List.of("normal", "bearing_fault")),
                    "health", new TaskSpec.Regression()),
                new Spec.AnomalySpec(0.99)));
  }

  @Test
  void theOrderOfModalitiesAndTasksIsThatOfTheFile() {
    Spec spec = SpecYaml.parse(PLANT);
    assertThat(spec.modalities().keySet())
        .containsExactly("camera", "log", "vibration", "microphone", "work_order");
    assertThat(spec.tasks().keySet()).containsExactly("state", "health");
  }

  @Test
  void whatIsLeftOutHasItsDocumentedDefault() {
    Spec spec = SpecYaml.parse(SMALL);
    assertThat(spec.timeWindow("a test").periodMillis()).isEqualTo(10_000);
    assertThat(spec.timeWindow("a test").allowedLatenessMillis()).isZero();
    assertThat(spec.anomalyQuantile()).isEqualTo(0.995);
    assertThat(spec.entity()).isEqualTo(new Spec.EntitySpec("entity"));
    assertThat(spec.modalities().get("log")).isEqualTo(new ModalitySpec.Text("any", 32));
    assertThat(new ModalitySpec.Image(8, 8, null, null).channels()).isEqualTo(3);
    assertThat(new ModalitySpec.Audio(null, Duration.ofSeconds(1), null).samples())
        .isEqualTo(16_000);
  }

  @Test
  void aSpecIsWrittenAsTheOneThatIsReadAgain() {
    assertThat(SpecYaml.parse(SpecYaml.format(SpecYaml.parse(PLANT))))
        .isEqualTo(SpecYaml.parse(PLANT));
    assertThat(SpecYaml.parse(SpecYaml.format(SpecYaml.parse(SMALL))))
        .isEqualTo(SpecYaml.parse(SMALL));
  }

  @Test
  void anEncoderThatTheUserBringsIsWrittenAndReadAndOtherwiseNotNamed() {
    Spec spec = SpecYaml.parse(SMALL.replace("text}", "text, encoder: encoders/log.onnx}"));
    assertThat(spec.modalities().get("log"))
        .isEqualTo(new ModalitySpec.Text("any", 32).withEncoder("encoders/log.onnx"));
    assertThat(SpecYaml.parse(SpecYaml.format(spec))).isEqualTo(spec);
    assertThat(spec.modalities().get("log").withEncoder(""))
        .isEqualTo(SpecYaml.parse(SMALL).modalities().get("log"));
    assertThat(SpecYaml.format(SpecYaml.parse(SMALL))).doesNotContain("encoder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/etc/x.onnx", "../x.onnx", "a/../../x.onnx", "a//x.onnx", "s3://x", "a\\\\b"})
  void anEncoderOutsideOfTheSpecsDirectoryIsRefused(String path) {
    assertThatThrownBy(
            () -> SpecYaml.parse(SMALL.replace("text}", "text, encoder: \"" + path + "\"}")))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("encoder must be a path below the spec's directory")
        .hasMessageContaining("(at modalities.log)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{size: 60s, period: 5s, allowedLateness: 30s, early: 5s}",
        "{count: 100, every: 10}",
        "{gap: 30s}"
      })
  void everyFormOfWindowIsWrittenAsTheOneThatIsReadAgain(String window) {
    Spec spec = SpecYaml.parse(SMALL.replace("{size: 10s}", window));
    assertThat(SpecYaml.parse(SpecYaml.format(spec))).isEqualTo(spec);
  }

  @Test
  void theKeysOfAWindowTellItsForm() {
    assertThat(window("{size: 60s, period: 5s, allowedLateness: 30s, early: 2s}"))
        .isEqualTo(
            new WindowSpec.Time(
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(2)));
    assertThat(window("{count: 100, every: 10}")).isEqualTo(new WindowSpec.Count(100, 10));
    assertThat(window("{count: 7}")).isEqualTo(new WindowSpec.Count(7, 7));
    assertThat(window("{gap: 30s}")).isEqualTo(new WindowSpec.Session(Duration.ofSeconds(30)));
  }

  @Test
  void whatAWindowDoesNotHaveIsNotWritten() {
    assertThat(SpecYaml.format(SpecYaml.parse(SMALL)))
        .doesNotContain("early")
        .doesNotContain("wait");
  }

  @Test
  void windowsOfTwoFormsAreRefused() {
    assertThat(messageOf(SMALL.replace("size: 10s", "count: 100, size: 10s")))
        .isEqualTo(
            "spec: window mixes 'count' with 'size'; its keys are those of one form: size, period,"
                + " allowedLateness, early | count, every | gap (at window)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|'window.size' is missing (at window)",
        "{every: 5}|'count' is missing (at window)",
        "{count: 0}|window.count must be between 1 and 10000, but was: 0 (at window)",
        "{count: 10001}|window.count must be between 1 and 10000, but was: 10001 (at window)",
        "{count: 10, every: 11}|window.every must be between 1 and window.count (10), but was: 11"
            + " (at window)",
        "{count: 10, every: 0}|window.every must be between 1 and window.count (10), but was: 0"
            + " (at window)",
        "{count: many}|a whole number was expected, but was: 'many' (at window.count)",
        "{gap: 0s}|window.gap must be between 1ms and 36500d, but was: 0s (at window)",
        "60s|a mapping of keys to values was expected (at window)",
        "[60s]|a mapping of keys to values was expected (at window)",
      })
  void aWindowThatIsNoneIsNamed(String window, String message) {
    assertThat(messageOf(SMALL.replace("{size: 10s}", window))).isEqualTo("spec: " + message);
  }

  @Test
  void anyModalityMayBeWaitedForWithinTheAllowedLateness() {
    Spec spec =
        SpecYaml.parse(
            PLANT
                .replace("channels: 1}", "channels: 1, wait: 30s}")
                .replace("language: en}", "language: en, wait: 10s}")
                .replace("maxTokens: 8}", "maxTokens: 8, wait: 1ms}")
                .replace("length: 500ms}", "length: 500ms, wait: 2s}")
                .replace("[vendor]}", "[vendor], wait: 3s}"));
    assertThat(spec.modalities().values())
        .extracting(ModalitySpec::waitBudget)
        .containsExactly(
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofMillis(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(3));
    assertThat(SpecYaml.parse(SpecYaml.format(spec))).isEqualTo(spec);
    assertThat(spec.modalities().get("log").observed())
        .isEqualTo(SpecYaml.parse(PLANT).modalities().get("log"));
    assertThat(SpecYaml.parse(PLANT).withWindows(spec)).isEqualTo(spec);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{size: 10s}|modalities.log.wait must be at most window.allowedLateness (0s), since what"
            + " comes later is dropped, but was: 5s",
        "{size: 10s, allowedLateness: 4s}|modalities.log.wait must be at most"
            + " window.allowedLateness (4s), since what comes later is dropped, but was: 5s",
        "{count: 10}|modalities.log.wait needs windows in time, but window is the last 10"
            + " observations every 10",
        "{gap: 10s}|modalities.log.wait needs windows in time, but window is sessions that end"
            + " after 10s",
      })
  void aBudgetThatCannotBeKeptIsRefused(String window, String message) {
    assertThat(
            messageOf(
                SMALL
                    .replace("{size: 10s}", window)
                    .replace("{kind: text}", "{kind: text, wait: 5s}")))
        .isEqualTo("spec: " + message);
  }

  @Test
  void whatNeedsWindowsInTimeSaysSo() {
    Spec spec = SpecYaml.parse(SMALL.replace("{size: 10s}", "{count: 100, every: 10}"));
    assertThatThrownBy(() -> spec.timeWindow("a data set"))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessage(
            "spec: a data set needs windows in time, but window is the last 100 observations every"
                + " 10; give window.size in its place");
  }

  private static WindowSpec window(String yaml) {
    return SpecYaml.parse(SMALL.replace("{size: 10s}", yaml)).window();
  }

  @Property(tries = 300)
  void anyLabelsAndFieldsSurviveWritingAndReading(
      @ForAll("words") List<String> labels, @ForAll("words") List<String> fields) {
    Spec spec =
        new Spec(
            "s",
            null,
            new WindowSpec.Time(Duration.ofMillis(1500), null, null),
            Map.of("r", new ModalitySpec.Record(fields, List.of(), null)),
            Map.of("t", new TaskSpec.Classification(labels)),
            null);
    assertThat(SpecYaml.parse(SpecYaml.format(spec))).isEqualTo(spec);
  }

  @Provide
  Arbitrary<List<String>> words() {
    Arbitrary<String> special =
        Arbitraries.of(
            "null",
            "~",
            "true",
            "no",
            "1",
            "-1",
            "0x1F",
            "1_000",
            "012",
            "1e3",
            ".inf",
            ".nan",
            "# no comment",
            "a: b",
            "- a",
            "[a",
            "{a",
            "'",
            "\"",
            "\\",
            "&a",
            "*a",
            "!a",
            "%a",
            "@a",
            "`a",
            "a\nb",
            " a",
            "a ",
            "2026-01-01",
            "1:30",
            "=",
            "<<",
            "\u0085",
            "\u2028",
            "\uD83D\uDE00");
    return Arbitraries.oneOf(
            special, Arbitraries.strings().ofMaxLength(12).filter(Specs::printable))
        .filter(word -> !word.isBlank())
        .list()
        .uniqueElements()
        .ofMinSize(2)
        .ofMaxSize(6);
  }

  /** What YAML can hold at all. */
  private static final class Specs {
    static boolean printable(String text) {
      return text.codePoints()
          .allMatch(c -> c >= 0x20 && c < 0x7f || c >= 0xa0 && c < 0xd800 || c == 0x85 || c == 9);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "name: small|nme: small|spec: unknown key 'nme'; did you mean 'name'? Known:"
            + " anomaly, entity, modalities, name, tasks, window",
        "size: 10s|length: 10s|spec: unknown key 'length' (at window); did you mean"
            + " 'count'? Known: allowedLateness, count, early, every, gap, period, size",
        "{kind: text}|{kind: text, langage: en}|spec: unknown key 'langage' (at"
            + " modalities.log); did you mean 'language'? Known: encoder, language, maxTokens, wait",
        "{kind: text}|{kind: tekst}|spec: unknown kind 'tekst' (at modalities.log); did you mean"
            + " 'text'? Known: text, image, sensor, audio, record",
        "{kind: text}|{language: en}|spec: 'kind' is missing (at modalities.log); one of: text,"
            + " image, sensor, audio, record",
        "{kind: regression}|{kind: regresion}|spec: unknown kind 'regresion' (at tasks.health); did"
            + " you mean 'regression'? Known: classification, regression",
        "{kind: regression}|{kind: classification}|spec: 'labels' is missing (at tasks.health)",
        "{kind: text}|{kind: image, height: 64}|spec: 'width' is missing (at modalities.log)",
        "{kind: text}|{kind: sensor, channels: 1, rateHz: 10}|spec: 'frame' is missing (at"
            + " modalities.log)",
        "name: small||spec: 'name' is missing",
        "window: {size: 10s}||spec: 'window' is missing",
        "{size: 10s}|{period: 10s}|spec: 'window.size' is missing (at window)",
        "small|9lives|spec: name must be a letter followed by up to 62 letters, digits, '_' or '-',"
            + " but was: '9lives'",
        "log:|a log:|spec: a name in modalities must be a letter followed by up to 62 letters,"
            + " digits, '_' or '-', but was: 'a log'",
        "{kind: text}||spec: 'kind' is missing (at modalities.log); one of: text, image, sensor,"
            + " audio, record",
      })
  void aMistakeIsNamedWithWhatIsKnown(String right, String wrong, String message) {
    assertThat(messageOf(SMALL.replace(right, wrong == null ? "" : wrong))).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{kind: image, height: 7, width: 8}|height must be between 8 and 1024, but was: 7",
        "{kind: image, height: 8, width: 1025}|width must be between 8 and 1024, but was: 1025",
        "{kind: image, height: 8, width: 8, channels: 2}|channels must be 1 or 3, but was: 2",
        "{kind: image, height: 8.5, width: 8}|a whole number was expected",
        "{kind: image, height: tall, width: 8}|a whole number was expected, but was: 'tall'",
        "{kind: text, maxTokens: 257}|maxTokens must be between 1 and 256, but was: 257",
        "{kind: text, maxTokens: 0}|maxTokens must be between 1 and 256, but was: 0",
        "{kind: text, language: fr}|language must be one of en, zh, any, but was: 'fr'",
        "{kind: sensor, channels: 65, rateHz: 10, frame: 1s}|channels must be between 1 and 64,"
            + " but was: 65",
        "{kind: sensor, channels: 1, rateHz: 0, frame: 1s}|rateHz must be between 0.001 and"
            + " 100000.0, but was: 0.0",
        "{kind: sensor, channels: 1, rateHz: 7, frame: 1s}|rateHz x frame, in samples, must be"
            + " between 8 and 16384, but was: 7",
        "{kind: sensor, channels: 1, rateHz: 100000, frame: 36500d}|rateHz x frame, in samples,"
            + " must be between 8 and 16384, but was: 2147483647",
        "{kind: audio, rateHz: 3999, length: 1s}|rateHz must be between 4000 and 48000, but was:"
            + " 3999",
        "{kind: audio, length: 31s}|rateHz x length, in samples, must be between 1024 and 480000,"
            + " but was: 496000",
        "{kind: record}|a record needs at least one field in numeric or categorical",
        "{kind: record, numeric: [a, a]}|numeric names a value twice: [a, a]",
        "{kind: record, numeric: [a, ]}|",
        "{kind: record, numeric: [a, '']}|numeric has an empty entry: [a, ]",
        "{kind: record, numeric: [a, ~]}|numeric has an empty entry: [a, null]",
        "{kind: record, numeric: a}|a list was expected",
        "text|'kind' is missing",
      })
  void aValueOutOfRangeIsNamedWithItsRange(String modality, String message) {
    String yaml = SMALL.replace("{kind: text}", modality);
    if (message == null) {
      assertThat(SpecYaml.parse(yaml).modalities()).containsKey("log");
    } else {
      assertThat(messageOf(yaml)).startsWith("spec: " + message).contains(" (at modalities.log");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[a]|the number of labels must be between 2 and 1000, but was: 1",
        "[a, a]|labels names a value twice: [a, a]",
        "[]|the number of labels must be between 2 and 1000, but was: 0",
      })
  void labelsMustBeSeveralAndDistinct(String labels, String message) {
    assertThat(
            messageOf(
                SMALL.replace(
                    "{kind: regression}", "{kind: classification, labels: " + labels + "}")))
        .isEqualTo("spec: " + message + " (at tasks.health)");
  }

  @Test
  void theNumberOfModalitiesAndTasksIsLimited() {
    assertThat(messageOf(SMALL.replace("  health: {kind: regression}", "  {}")))
        .isEqualTo("spec: the number of tasks must be between 1 and 16, but was: 0");
    StringBuilder many = new StringBuilder("modalities:\n");
    for (int i = 0; i < 17; i++) {
      many.append("  m").append(i).append(": {kind: text}\n");
    }
    assertThat(messageOf(SMALL.replace("modalities:\n", many)))
        .isEqualTo("spec: the number of modalities must be between 1 and 16, but was: 18");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10", "10 s", "1.5s", "-1s", "s", "ten seconds", "9999999999999s", "1w", "PT1S"})
  void aDurationThatIsNoneIsShown(String text) {
    assertThat(messageOf(SMALL.replace("10s", text)))
        .isEqualTo(
            "spec: a duration is a whole number and one of ms, s, m, h, d (10s), but was: '"
                + text
                + "' (at window.size)");
  }

  @ParameterizedTest
  @CsvSource({"250ms,250ms", "90s,90s", "2m,120s", "1h,3600s", "1d,1d", "0s,0s", "1500ms,1500ms"})
  void aDurationHasOneFormInWhichItIsWritten(String text, String written) {
    assertThat(DurationText.format(DurationText.parse(text))).isEqualTo(written);
    assertThat(DurationText.parse(written)).isEqualTo(DurationText.parse(text));
  }

  @Test
  void aWindowIsAtLeastOneMillisecondAndAtMostACentury() {
    assertThat(messageOf(SMALL.replace("10s", "0s")))
        .isEqualTo("spec: window.size must be between 1ms and 36500d, but was: 0s (at window)");
    assertThat(messageOf(SMALL.replace("10s", "999999999999d")))
        .isEqualTo(
            "spec: a duration must be at most 36500d, but was: 999999999999d (at window.size)");
    assertThatThrownBy(() -> new WindowSpec.Time(Duration.ofNanos(1), null, null))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessage("spec: window.size must be between 1ms and 36500d, but was: 0s");
  }

  @Test
  void aPeriodIsNeitherLongerThanAWindowNorTooShortForIt() {
    assertThat(messageOf(SMALL.replace("10s", "10s, period: 11s")))
        .isEqualTo(
            "spec: window.period must be at most window.size (10s), but was: 11s (at window)");
    assertThat(messageOf(SMALL.replace("10s", "100s, period: 9ms")))
        .isEqualTo(
            "spec: window.period must be at least a 10000th of window.size (100s), but was: 9ms"
                + " (at window)");
    assertThat(
            SpecYaml.parse(SMALL.replace("10s", "100s, period: 10ms"))
                .timeWindow("a test")
                .periodMillis())
        .isEqualTo(10);
  }

  @Test
  void aKeyGivenTwiceIsAnError() {
    assertThat(messageOf(SMALL + "name: other\n")).contains("Duplicate field 'name'");
    assertThat(
            messageOf(SMALL.replace("log: {kind: text}", "log: {kind: text}\n  log: {kind: text}")))
        .contains("Duplicate field 'log'");
  }

  @Test
  void namesThatDifferOnlyInCaseAreAnError() {
    assertThat(
            messageOf(SMALL.replace("log: {kind: text}", "log: {kind: text}\n  Log: {kind: text}")))
        .isEqualTo("spec: modalities has two names that differ only in case: 'log', 'Log'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " \n",
        "# only a comment\n",
        "null",
        "[]",
        "a",
        "{",
        "name: [",
        "name: \"\\u\"",
        "name: \"\\x",
        "\t: x"
      })
  void textThatIsNoSpecHasAMessageOfOneLine(String yaml) {
    assertThat(messageOf(yaml)).startsWith("spec: ").doesNotContain("\n");
  }

  @Test
  void aSecondDocumentIsAnError() {
    assertThat(messageOf(SMALL + "---\n" + SMALL)).startsWith("spec: ");
  }

  @Property(tries = 500)
  void anyTextIsASpecOrAnInvalidSpec(@ForAll("almostSpecs") String yaml) {
    Throwable thrown = catchThrowable(() -> SpecYaml.parse(yaml));
    if (thrown != null) {
      assertThat(thrown).isInstanceOf(InvalidSpecException.class);
      assertThat(thrown.getMessage()).startsWith("spec: ").doesNotContainPattern("\\R");
    }
  }

  @Provide
  Arbitrary<String> almostSpecs() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "",
            " ",
            "\n",
            "null",
            "~",
            "[",
            "]",
            "{",
            "}",
            ": ",
            "- ",
            "&a ",
            "*a",
            "!!int ",
            "'",
            "\"",
            "|",
            "---\n",
            "kind",
            "text",
            "1e999",
            "\u0000",
            "\uD800",
            "%YAML 9\n",
            "? ");
    return Arbitraries.integers()
        .between(0, PLANT.length())
        .tuple2()
        .flatMap(
            cut ->
                pieces.map(
                    piece ->
                        PLANT.substring(0, Math.min(cut.get1(), cut.get2()))
                            + piece
                            + PLANT.substring(Math.max(cut.get1(), cut.get2()))));
  }

  @Test
  void aFileThatCannotBeReadIsNamed(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("spec.yaml");
    assertThatThrownBy(() -> SpecYaml.read(file))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessage("spec: there is no file " + file);
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> SpecYaml.read(file))
        .hasMessage("spec: " + file + " is not text in UTF-8");
    Files.writeString(file, "nme: x");
    assertThatThrownBy(() -> SpecYaml.read(file)).hasMessageStartingWith(file + ": spec: unknown");
  }

  private static String messageOf(String yaml) {
    Throwable thrown = catchThrowable(() -> SpecYaml.parse(yaml));
    assertThat(thrown).isInstanceOf(InvalidSpecException.class);
    assertThat(thrown.getMessage()).doesNotContainPattern("\\R");
    return thrown.getMessage();
  }

  @SuppressWarnings("unchecked")
  private static <T> Map<String, T> inOrder(Object... namesAndValues) {
    Map<String, T> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], (T) namesAndValues[i + 1]);
    }
    return map;
  }
}
