package dev.braid.pipelines.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
  @TempDir private Path directory;

  private final Template template =
      TemplateYaml.parse(TemplateYamlTest.WHOLE, "here", TemplateYamlTest.KEYS);

  @Test
  void valuesTakeThePlaceOfReferencesAndDefaultsStandInForThem() throws Exception {
    Path password = Files.writeString(directory.resolve("password"), "hunter2");

    ResolvedRun run =
        template.resolve(
            Map.of("bundle", "models/b", "password", "file:" + password, "again", "true"),
            "flink",
            List.of("--faultTolerant"));

    assertThat(run.arguments())
        .containsExactly(
            "--bundle=models/b",
            "--input=/data/in/${source}",
            "--output=out",
            "--jdbc-password=file:" + password,
            "--overwrite",
            "--runner=flink",
            "--",
            "--parallelism=2",
            "--faultTolerant");
    assertThat(run.toYaml())
        .isEqualTo(
            """
            template: "lines"
            runner: "flink"
            run:
              bundle: "models/b"
              input: "/data/in/${source}"
              output: "out"
              jdbc-password: "***"
              overwrite: "true"
            beamOptions:
            - "--parallelism=2"
            - "--faultTolerant"
            """);
    assertThat(run.toJson())
        .startsWith(
            "{\"template\":\"lines\",\"runner\":\"flink\",\"run\":{\"bundle\":\"models/b\",")
        .contains("\"jdbc-password\":\"***\"")
        .doesNotContain(password.toString(), "hunter2");
  }

  @Test
  void whatIsOnlyAReferenceToAParameterWithoutAValueIsLeftOut() {
    ResolvedRun run = template.resolve(Map.of("bundle", "b"), "direct", List.of());

    assertThat(run.arguments())
        .containsExactly(
            "--bundle=b", "--input=/data/in/${source}", "--output=out", "--runner=direct");
  }

  @Test
  void aBeamOptionOfTheLaunchReplacesTheTemplates() {
    assertThat(
            template
                .resolve(Map.of("bundle", "b"), "flink", List.of("--parallelism=8"))
                .beamOptions())
        .containsExactly("--parallelism=8");
  }

  @Test
  void everyProblemOfTheValuesIsFoundAtOnce() {
    Path absent = directory.resolve("absent");

    assertThatThrownBy(
            () ->
                template.resolve(
                    Map.of(
                        "source", "Q4", "slots", "65", "password", "file:" + absent, "sluts", "1"),
                    "flink",
                    List.of()))
        .asInstanceOf(InstanceOfAssertFactories.type(InvalidTemplateException.class))
        .satisfies(
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "bundle: is not set; it must be a path (The bundle.)",
                        "source = 'Q4': must be a text that matches [a-z]+",
                        "password = '***': there is no file %s that can be read".formatted(absent),
                        "slots = '65': must be a whole number from 1 to 64",
                        "sluts: there is no such parameter; did you mean 'slots'? Known: bundle,"
                            + " source, password, slots, again"));
  }

  @Test
  void aSecretThatIsGivenItselfIsNotRepeated() {
    assertThatThrownBy(
            () ->
                template.resolve(Map.of("bundle", "b", "password", "hunter2"), "flink", List.of()))
        .hasMessageEndingWith("password = '***': must be a secret, named as file:PATH or env:NAME")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aPasswordWithinAnotherValueIsNotRepeated() {
    Template text = one("{type: string, pattern: x, help: H}");

    for (String url :
        List.of("jdbc:postgresql://me:hunter2@h/d", "jdbc:x://h/d?PassWord=hunter2&a=b")) {
      assertThatThrownBy(() -> text.resolve(Map.of("p", url), "direct", List.of()))
          .hasMessageContaining("***")
          .hasMessageNotContaining("hunter2");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          string   | a b,c=d/ü€          | ~;a\u0007b
          integer  | 0;-7;+12;000        | 1.0;1e3;x;9999999999999999999;~1
          number   | 0;-7.5;.5;1e-3;5.   | NaN;Infinity;1,5;0x1;.;1e
          boolean  | true;false          | yes;TRUE;1
          duration | 0s;500ms;5m;1h;1d   | 5;-1s;1.5s;99999999d
          path     | a;/a/b;../c         | ~
          topic    | a;A.b_c-9           | .;..;a b;a/b;a,b;é
          topics   | a;a,b.c             | a,;,a;a,~b
          secret   | file:a;env:A_9      | hunter2;env:;env:9;env:A-B;file:
          """)
  void everyTypeTakesItsValuesAndNoOthers(String type, String good, String bad) {
    ParameterType parameter = ParameterType.named(type.strip()).orElseThrow();

    assertThat(good.split(";")).allMatch(parameter::accepts);
    assertThat(bad.replace('~', ' ').split(";")).noneMatch(parameter::accepts);
  }

  @Test
  void anEnumTakesOneOfItsValues() {
    Template choice = one("{type: enum, values: [json, avro], help: H}");

    assertThat(choice.resolve(Map.of("p", "avro"), "direct", List.of()).run())
        .isEqualTo(Map.of("input", "avro"));
    assertThatThrownBy(() -> choice.resolve(Map.of("p", "xml"), "direct", List.of()))
        .hasMessage("the template n: p = 'xml': must be one of json, avro");
  }

  @Test
  void aPathThatMustBeThereIs() throws Exception {
    Template path = one("{type: path, exists: true, help: H}");
    String absent = directory.resolve("absent").toString();

    assertThat(path.resolve(Map.of("p", directory.toString()), "direct", List.of()).run())
        .hasSize(1);
    assertThatThrownBy(() -> path.resolve(Map.of("p", absent), "direct", List.of()))
        .hasMessage(
            "the template n: p = '%s': must be there, but there is no such file or directory",
            absent);
  }

  @Test
  void rangesHaveTheirEndsAndDurationsAreComparedAsDurations() {
    Template range = one("{type: duration, range: [1s, 2m], help: H}");

    for (String inside : List.of("1s", "1000ms", "120s", "2m")) {
      assertThat(range.resolve(Map.of("p", inside), "direct", List.of()).run()).hasSize(1);
    }
    for (String outside : List.of("999ms", "121s", "1h")) {
      assertThatThrownBy(() -> range.resolve(Map.of("p", outside), "direct", List.of()))
          .hasMessageContaining("must be a duration, such as 500ms, 10s or 5m from 1s to 2m");
    }
  }

  @Property(tries = 200)
  void aValueIsPutInAsItIsWhateverItLooksLike(@ForAll String value) {
    Template text =
        TemplateYaml.parse(
            "name: n\ndescription: D\nparameters: {p: {type: string, required: true, help: H}}\n"
                + "run: {input: 'a${p}b'}",
            "here",
            new RunKeys(Set.of("input"), Set.of()));
    for (String one : List.of(value, "${p}", "$${p}", "${env:HOME}", "${script:js:1}")) {
      if (ParameterType.STRING.accepts(one)) {
        assertThat(text.resolve(Map.of("p", one), "direct", List.of()).run())
            .isEqualTo(Map.of("input", "a" + one + "b"));
      }
    }
  }

  private static Template one(String parameter) {
    return TemplateYaml.parse(
        "name: n\ndescription: D\nparameters: {p: %s}\nrun: {input: '${p}'}".formatted(parameter),
        "here",
        TemplateYamlTest.KEYS);
  }
}
