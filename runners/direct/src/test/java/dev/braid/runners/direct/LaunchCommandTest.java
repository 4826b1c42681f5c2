package dev.braid.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.cli.Main;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.serving.TinyBundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code braid launch}, from its arguments to its exit code, with the engine of this module. */
class LaunchCommandTest {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeBundleAndInput() throws IOException {
    TinyBundle.write(directory.resolve("bundle"));
    Files.createDirectory(directory.resolve("input"));
    Files.writeString(
        directory.resolve("input/a.jsonl"),
        "{\"id\":\"l1\",\"entity\":\"e\",\"modality\":\"log\",\"time\":\"2026-01-01T00:00:01Z\","
            + "\"text\":\"noise\"}\nnot an observation\n");
  }

  @Test
  void aTemplateRunsAsRunDoes() throws Exception {
    int code = launch("files-to-files", files("--json"));

    assertThat(err.toString())
        .isEqualTo(
            "2 observations, 2 predictions, 1 dead letters in %s%n".formatted(path("output")));
    assertThat(out.toString()).startsWith("{\"observations\":2,\"predictions\":2,");
    assertThat(code).isZero();
    assertThat(ResultFiles.predictions(directory.resolve("output"))).hasSize(2);
  }

  @Test
  void aDryRunPrintsTheRunAndStartsNothing() {
    int code =
        launch(
            "files-to-files",
            files("--dry-run", "--set", "parallelism=3", "--", "--tempLocation=/tmp/braid"));

    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .isEqualTo(
            """
            template: "files-to-files"
            runner: "direct"
            run:
              bundle: "%s"
              device: "cpu"
              input: "%s"
              output: "%s"
              format: "jsonl"
            beamOptions:
            - "--targetParallelism=3"
            - "--tempLocation=/tmp/braid"
            """
                .formatted(path("bundle"), path("input"), path("output")));
    assertThat(code).isZero();
    assertThat(directory.resolve("output")).doesNotExist();
  }

  @Test
  void everyTemplateLimitsTheMemoryOfAGpu() throws Exception {
    int code =
        launch(
            "files-to-files",
            files("--dry-run", "--json", "--set=device=cuda:1", "--set=maxDeviceMib=512"));

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    JsonNode run = JsonMapper.builder().build().readTree(out.toString()).get("run");
    assertThat(run.get("device").asText()).isEqualTo("cuda:1");
    assertThat(run.get("max-device-mib").asText()).isEqualTo("512");
    for (String template : List.of("kafka-to-kafka", "kafka-to-postgres")) {
      out.getBuffer().setLength(0);
      assertThat(launch(template, "--describe")).isZero();
      assertThat(out.toString()).contains("maxDeviceMib");
    }
  }

  @Test
  void aDryRunShowsNoSecret() throws Exception {
    Path password = Files.writeString(directory.resolve("password"), "hunter2");

    int code =
        launch(
            "kafka-to-postgres",
            "--dry-run",
            "--json",
            "--set=bundle=" + path("bundle"),
            "--set=brokers=a:9092,b:9092",
            "--set=observations=t.1,t-2",
            "--set=deadLetters=dead",
            "--set=database=jdbc:postgresql://db/plant?sslmode=require",
            "--set=password=file:" + password);

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString()).doesNotContain("hunter2", password.toString());
    JsonNode run = JsonMapper.builder().build().readTree(out.toString()).get("run");
    assertThat(run.get("input").asText()).isEqualTo("kafka://a:9092,b:9092/t.1,t-2");
    assertThat(run.get("dead-letters").asText()).isEqualTo("kafka://a:9092,b:9092/dead");
    assertThat(run.get("jdbc-password").asText()).isEqualTo("***");
    assertThat(run.has("group")).isFalse();
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnceAndNothingIsStarted() {
    int code =
        launch(
            "kafka-to-postgres",
            "--set=bundle=" + path("absent"),
            "--set=broker=a:9092",
            "--set=observations=t 1",
            "--set=outOfOrderness=5",
            "--set=idleTimeout=500ms",
            "--set=start=yesterday",
            "--set=database=jdbc:postgresql://me:hunter2@db/plant",
            "--set=password=hunter2",
            "--set=createTable=yes",
            "--set=parallelism=0");

    String topics =
        "Kafka topics, separated by commas, each up to 249 of a-z, A-Z, 0-9, '.', '_' and '-'";
    assertThat(err.toString().lines())
        .containsExactly(
            "braid launch: the template kafka-to-postgres makes no run:",
            "  bundle = '%s': must be there, but there is no such file or directory"
                .formatted(path("absent")),
            "  brokers: is not set; it must be a text that matches"
                + " [^,/\\s]+:\\d{1,5}(,[^,/\\s]+:\\d{1,5})* (Kafka's bootstrap servers, as"
                + " host:port, separated by commas.)",
            "  observations = 't 1': must be " + topics,
            "  database = 'jdbc:postgresql://***@db/plant': must be a text that matches"
                + " jdbc:postgresql://[^@]+",
            "  createTable = 'yes': must be true or false",
            "  password = '***': must be a secret, named as file:PATH or env:NAME",
            "  deadLetters: is not set; it must be a Kafka topic: up to 249 of a-z, A-Z, 0-9, '.',"
                + " '_' and '-' (The topic for what could not be used.)",
            "  start = 'yesterday': must be one of earliest, latest",
            "  outOfOrderness = '5': must be a duration, such as 500ms, 10s or 5m from 0s to 365d",
            "  idleTimeout = '500ms': must be a duration, such as 500ms, 10s or 5m from 1s to 365d",
            "  parallelism = '0': must be a whole number from 1 to 10000",
            "  broker: there is no such parameter; did you mean 'brokers'? Known: bundle, brokers,"
                + " observations, format, database, table, createTable, user, password,"
                + " deadLetters, group, start, outOfOrderness, idleTimeout, blobs, kafkaConfig,"
                + " device, maxDeviceMib, watch, parallelism");
    assertThat(err.toString()).doesNotContain("hunter2");
    assertThat(out.toString()).isEmpty();
    assertThat(code).isEqualTo(2);
  }

  @Test
  void aTemplateInAFileIsRead() throws Exception {
    Path file = directory.resolve("mine.yaml");
    Files.writeString(
        file,
        """
        name: mine
        description: Only what differs from machine to machine is open.
        parameters:
          machine: {type: string, required: true, pattern: '[a-z0-9-]+', help: Which one.}
        run:
          bundle: %s
          input: %s
          output: %s/${machine}
        """
            .formatted(path("bundle"), path("input"), path("output")));

    assertThat(launch(file.toString(), "--set", "machine=press-04")).isZero();
    assertThat(ResultFiles.predictions(directory.resolve("output/press-04"))).hasSize(2);
  }

  @Test
  void whatRunWouldRefuseIsRefusedInItsWords() throws Exception {
    Path file = directory.resolve("mine.yaml");
    Files.writeString(file, "name: mine\ndescription: No input.\nrun: {bundle: b, output: o}\n");

    assertThat(launch(file.toString())).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "braid launch: the template mine makes no run:%n  Missing required option: '--input=DIR|TOPICS'%n"
                .formatted());
    assertThat(launch("files-to-files", files("--runner", "nifi"))).isEqualTo(2);
    assertThat(err.toString())
        .contains("braid launch: no runner 'nifi' in this jar; it has: direct");
    assertThat(launch("files-to-files", files("--", "--nonsense=1"))).isEqualTo(2);
    assertThat(err.toString()).contains("missing a property named 'nonsense'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"files-to-file", "file2file"})
  void aNameThatIsNearOneIsNamed(String name) {
    assertThat(launch(name)).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            ("braid launch: the template %s makes no run:%n  there is no template '%s'; did you mean"
                    + " 'files-to-files'? Known: files-to-files, kafka-to-kafka, kafka-to-postgres;"
                    + " the path of a file ends in .yaml or has a / in it%n")
                .formatted(name, name));
  }

  @Test
  void aFileThatIsNotThereIsOneLine() {
    assertThat(launch(path("absent.yaml"))).isEqualTo(2);
    assertThat(err.toString()).contains("  there is no file " + path("absent.yaml"));
  }

  @Test
  void theShippedTemplatesAreListed() {
    assertThat(launch("--list")).isZero();
    assertThat(out.toString().lines().map(line -> line.split(" ")[0]))
        .containsExactly("files-to-files", "kafka-to-kafka", "kafka-to-postgres");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theParametersOfATemplateAreDescribed() {
    assertThat(launch("kafka-to-kafka", "--describe")).isZero();
    assertThat(out.toString())
        .startsWith("kafka-to-kafka: Reads observations from topics of Kafka and publishes")
        .contains(
            """

              format (enum, default json)
                  What the records hold.
                  It must be one of json, avro.
            """);
  }

  @Test
  void aLaunchWithoutATemplateOrWithBrokenSettingsIsBadUsage() {
    assertThat(launch()).isEqualTo(2);
    assertThat(launch("files-to-files", "--set", "bundle")).isEqualTo(2);
    assertThat(launch("files-to-files", "--set", "a=1", "--set", "a=2")).isEqualTo(2);
    assertThat(launch("files-to-files", "--list", "--dry-run")).isEqualTo(2);

    assertThat(err.toString().lines().filter(line -> line.startsWith("braid launch: ")))
        .containsExactly(
            "braid launch: name a template; Braid brings along: files-to-files, kafka-to-kafka,"
                + " kafka-to-postgres",
            "braid launch: --set must look like NAME=VALUE, but has no '='",
            "braid launch: --set gives the parameter 'a' twice",
            "braid launch: Error: --list, --dry-run are mutually exclusive (specify only one)");
  }

  private String[] files(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--set=bundle=" + path("bundle"),
                "--set=input=" + path("input"),
                "--set=output=" + path("output")));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private int launch(String template, String... arguments) {
    List<String> all = new ArrayList<>(List.of("launch", template));
    all.addAll(List.of(arguments));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }

  private int launch() {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), "launch");
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }
}
