package dev.braid.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.pipelines.cli.Main;
import dev.braid.serving.TinyBundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code braid run}, from its arguments to its exit code, with the engine of this module. */
class RunCommandTest {
  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Bundle bundle;

  @BeforeEach
  void makeBundleAndInput() throws IOException {
    bundle = TinyBundle.write(directory.resolve("bundle"));
    Files.createDirectory(directory.resolve("input"));
    Files.writeString(
        directory.resolve("input/a.jsonl"),
        "{\"id\":\"l1\",\"entity\":\"e\",\"modality\":\"log\",\"time\":\"2026-01-01T00:00:01Z\","
            + "\"text\":\"noise\"}\nnot an observation\n");
  }

  @Test
  void theCountsAreOneJsonObjectOnStandardOutputAndOneLineOnStandardError() {
    int code = run("--output", path("output"), "--json");

    assertThat(err.toString())
        .isEqualTo(
            "2 observations, 2 predictions, 1 dead letters in %s%n".formatted(path("output")));
    assertThat(out.toString())
        .isEqualTo(
            "{\"observations\":2,\"predictions\":2,\"deadLetters\":1,\"duplicates\":0,\"leftOut\":0,"
                + "\"encoderCalls\":1,\"fusionCalls\":1,\"digest\":\"%s\"}%n"
                    .formatted(bundle.digest()));
    assertThat(code).isZero();
  }

  @Test
  void anInputThatIsNotThereIsOneLineAndExitCodeOne() {
    int code = run("--output", path("output"), "--input", path("absent"));

    assertThat(err.toString())
        .isEqualTo("braid: there is no input directory %s%n".formatted(path("absent")));
    assertThat(out.toString()).isEmpty();
    assertThat(code).isEqualTo(1);
  }

  @Test
  void aBundleThatIsNotThereIsOneLineAndExitCodeOne() {
    int code = run("--output", path("output"), "--bundle", path("absent"));

    assertThat(err.toString())
        .isEqualTo(
            "braid: bundle %s: there is no manifest.json; is this the directory that 'braid train' wrote?%n"
                .formatted(path("absent")));
    assertThat(code).isEqualTo(1);
  }

  @Test
  void anOutputThatIsAFileIsOneLineAndExitCodeOne() {
    int code = run("--output", path("input/a.jsonl"));

    assertThat(err.toString())
        .isEqualTo(
            "braid: the output %s must be a directory, but is a file%n"
                .formatted(path("input/a.jsonl")));
    assertThat(code).isEqualTo(1);
  }

  @Test
  void anUnknownRunnerIsBadUsage() {
    int code = run("--output", path("output"), "--runner", "nifi");

    assertThat(err.toString().lines())
        .first()
        .isEqualTo("braid run: no runner 'nifi' in this jar; it has: direct");
    assertThat(code).isEqualTo(2);
  }

  @Test
  void anUnknownBeamOptionIsBadUsage() {
    int code = run("--output", path("output"), "--", "--nonsense=1");

    assertThat(err.toString().lines()).first().asString().contains("nonsense");
    assertThat(code).isEqualTo(2);
    assertThat(directory.resolve("output")).doesNotExist();
  }

  @Test
  void aWatchedPlaceOnAFileSystemThatIsNotThereIsBadUsage() {
    int code = run("--output", path("output"), "--watch", "s4://models/plant");

    assertThat(err.toString().lines())
        .first()
        .asString()
        .startsWith(
            "braid run: --watch: there is no file system 's4' here for s4://models/plant; ");
    assertThat(code).isEqualTo(2);
    assertThat(directory.resolve("output")).doesNotExist();
  }

  @Test
  void aWatchedDirectoryThatIsNotThereIsBadUsage() {
    int code = run("--output", path("output"), "--watch", path("absent"));

    assertThat(err.toString().lines())
        .first()
        .isEqualTo(
            "braid run: --watch must be a directory, but there is none at " + path("absent"));
    assertThat(code).isEqualTo(2);
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("run"));
    List<String> given = Arrays.asList(arguments);
    if (!given.contains("--bundle")) {
      all.addAll(List.of("--bundle", path("bundle")));
    }
    if (!given.contains("--input")) {
      all.addAll(List.of("--input", path("input")));
    }
    all.addAll(given);
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }
}
