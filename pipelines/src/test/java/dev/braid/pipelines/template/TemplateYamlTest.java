package dev.braid.pipelines.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateYamlTest {
  static final RunKeys KEYS =
      new RunKeys(Set.of("bundle", "input", "output", "jdbc-password"), Set.of("overwrite"));

  static final String WHOLE =
      """
      name: lines
      description: Files in, files out.
      parameters:
        bundle: {type: path, required: true, help: The bundle.}
        source: {type: string, default: in, pattern: '[a-z]+', help: Where from.}
        password: {type: secret, help: Of the database.}
        slots: {type: integer, default: 2, range: [1, 64], help: How many.}
        again: {type: boolean, default: false, help: Whether to replace.}
      run:
        bundle: ${bundle}
        input: /data/${source}/$${source}
        output: out
        jdbc-password: ${password}
        overwrite: ${again}
      engines:
        flink: {parallelism: '${slots}'}
      """;

  @Test
  void aTemplateIsReadWithAllItsParts() {
    Template template = TemplateYaml.parse(WHOLE, "here", KEYS);

    assertThat(template.name()).isEqualTo("lines");
    assertThat(template.description()).isEqualTo("Files in, files out.");
    assertThat(template.parameters().keySet())
        .containsExactly("bundle", "source", "password", "slots", "again");
    assertThat(template.parameters().get("slots"))
        .isEqualTo(
            new Parameter(
                "slots",
                ParameterType.INTEGER,
                false,
                "2",
                null,
                List.of("1", "64"),
                List.of(),
                false,
                "How many."));
    assertThat(template.run())
        .containsEntry("input", "/data/${source}/$${source}")
        .containsEntry("output", "out");
    assertThat(template.engines()).isEqualTo(Map.of("flink", Map.of("parallelism", "${slots}")));
  }

  @Test
  void everyProblemIsFoundAtOnce() {
    assertProblems(
        """
        nmae: lines
        description: 7
        parameters:
          bundle: {type: pth, help: The bundle.}
          slots: {type: integer, default: many, range: [1, 64], help: How many.}
          mode: {type: enum, required: maybe, help: How.}
          7up: {type: string, help: It.}
          flat: 3
          idle: {type: string, default: a, hepl: It.}
        run:
          bundle: ${bundle}
          inputt: ${sluts}
          output: ''
          overwrite: ${slots}
        engines:
          flnk: {parallelism: [1]}
          spark: {runner: x}
        """,
        "nmae: unknown key; did you mean 'name'? Known: name, description, parameters, run, engines",
        "name: is missing",
        "description: must be a text",
        "parameters.bundle.type = 'pth': unknown type; did you mean 'path'? Known: string, integer,"
            + " number, boolean, duration, enum, path, topic, topics, secret",
        "parameters.slots.default = 'many': must be a whole number from 1 to 64",
        "parameters.mode.required: must be true or false",
        "parameters.mode.values: must be a list of different texts, at least one",
        "parameters.7up: a name is a letter followed by up to 62 letters, digits, '_' or '-'",
        "parameters.flat: must be a mapping with the keys type, required, default, pattern, range,"
            + " values, exists, help",
        "parameters.idle.hepl: unknown key; did you mean 'help'? Known: type, required, default,"
            + " pattern, range, values, exists, help",
        "parameters.idle.help: must be one line that says what the parameter is for",
        "run.inputt: unknown key; did you mean 'input'? Known: bundle, input, jdbc-password, output,"
            + " overwrite",
        "run.inputt = '${sluts}': there is no parameter 'sluts'; did you mean 'slots'? Known:"
            + " bundle, slots, mode, 7up, flat, idle",
        "run.output: must be one value that is not empty",
        "run.overwrite = '${slots}': must be true, false or a reference to a boolean",
        "engines.flnk: unknown key; did you mean 'flink'? Known: direct, flink, spark",
        "engines.flnk.parallelism: must be one value that is not empty",
        "engines.spark.runner: must be the name of a Beam option, without dashes, but for runner",
        "parameters.mode: neither run nor engines refers to it",
        "parameters.idle: neither run nor engines refers to it");
  }

  @Test
  void aPartOfAValueMustAlwaysBeThereAndNeverASecret() {
    assertProblems(
        """
        name: lines
        description: Text.
        parameters:
          host: {type: string, help: Where.}
          word: {type: secret, required: true, help: Secret.}
        run:
          input: kafka://${host}/t
          output: jdbc:postgresql://h/d?password=${word}
          bundle: ${host
        """,
        "run.input = 'kafka://${host}/t': 'host' must be required or have a default, as it is a part"
            + " of the value",
        "run.output = 'jdbc:postgresql://h/d?password=${word}': the secret 'word' must be the whole"
            + " value",
        "run.bundle = '${host': '${' without '}'; a '${' itself is '$${'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {type: boolean, pattern: x, help: H}   | pattern: a parameter of type boolean has no pattern
          {type: string, pattern: '(', help: H}  | pattern = '(': no regular expression: Unclosed group
          {type: string, range: [1, 2], help: H} | range: a parameter of type string has no range
          {type: integer, range: [2, 1], help: H}| range = [2,1]: must be a list of the least and the greatest value, each a whole number
          {type: duration, range: [1, 2], help: H}| range = [1,2]: must be a list of the least and the greatest value, each a duration, such as 500ms, 10s or 5m
          {type: string, values: [a], help: H}   | values: a parameter of type string has no values
          {type: enum, values: [a, a], help: H}  | values: must be a list of different texts, at least one
          {type: string, exists: true, help: H}  | exists: only a path is there or not
          {type: string, default: [a], help: H}  | default: must be a text
          {type: string, default: a, required: true, help: H} | default: a parameter that is required has no default
          {type: secret, default: hunter2, help: H} | default = '***': must be a secret, named as file:PATH or env:NAME
          {help: H}                              | type: is missing; one of string, integer, number, boolean, duration, enum, path, topic, topics, secret
          """)
  void aParameterThatMakesNoSenseIsRefused(String parameter, String problem) {
    assertProblems(
        "name: n\ndescription: D\nparameters: {p: %s}\nrun: {input: '${p}'}".formatted(parameter),
        "parameters.p." + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                 | the file must hold a mapping with the keys name, description, parameters, run, engines
          [a, b]             | the file must hold a mapping with the keys name, description, parameters, run, engines
          'name: ['          | line 1: not valid YAML: while parsing a flow node
          'name: "\\xz"'     | line 1: not valid YAML: while scanning a double-quoted scalar
          """)
  void whatIsNoYamlOrNoMappingIsRefused(String text, String problem) {
    assertProblems(text, problem);
  }

  @Test
  void aKeyThatIsThereTwiceIsRefused() {
    assertThatThrownBy(() -> TemplateYaml.parse("name: a\nname: b", "here", KEYS))
        .isInstanceOf(InvalidTemplateException.class)
        .hasMessageContaining("Duplicate field 'name'");
  }

  @Property(tries = 500)
  void whateverIsDoneToATemplateItIsReadOrRefusedInLines(@ForAll("mutants") String text) {
    assertReadOrRefused(text);
  }

  @Property(tries = 500)
  void anyTextIsReadOrRefusedInLines(@ForAll String text) {
    assertReadOrRefused(text);
  }

  @Provide
  Arbitrary<String> mutants() {
    Arbitrary<Integer> places = Arbitraries.integers().between(0, WHOLE.length());
    Arbitrary<String> texts =
        Arbitraries.of("${", "}", "$", "{", "[", "]", ":", "\n", "  ", "'", "\"", "&a", "*a", "!!x")
            .array(String[].class)
            .ofMaxSize(3)
            .map(parts -> String.join("", parts));
    return Combinators.combine(places, places, texts)
        .as(
            (a, b, text) ->
                WHOLE.substring(0, Math.min(a, b)) + text + WHOLE.substring(Math.max(a, b)));
  }

  private static void assertReadOrRefused(String text) {
    try {
      assertThat(TemplateYaml.parse(text, "here", KEYS).name()).isNotEmpty();
    } catch (InvalidTemplateException e) {
      assertThat(e.problems()).isNotEmpty().allSatisfy(one -> assertThat(one).isNotBlank());
    }
  }

  private static void assertProblems(String yaml, String... problems) {
    assertThatThrownBy(() -> TemplateYaml.parse(yaml, "here", KEYS))
        .asInstanceOf(InstanceOfAssertFactories.type(InvalidTemplateException.class))
        .satisfies(e -> assertThat(e.problems()).containsExactly(problems));
  }
}
