package dev.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.spec.InvalidSpecException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DatasetTest {
  private static final String SPEC =
      """
      name: plant
      window: {size: 10s, period: 5s}
      modalities:
        log:   {kind: text, maxTokens: 2}
        order: {kind: record, numeric: [age]}
      tasks:
        state:  {kind: classification, labels: [normal, leak, "3"]}
        health: {kind: regression}
      """;

  @TempDir Path directory;

  @BeforeEach
  void aSmallDataSet() throws IOException {
    write("spec.yaml", SPEC);
    write("observations/a.jsonl", text("o1", "m1", 1), text("o2", "m1", 7), text("o3", "m2", 3));
    write("labels.jsonl", label("m1", 0, "state", "\"leak\""));
  }

  @Test
  void aSceneIsWhatWasObservedInTheWindowOfALabel() throws Exception {
    write(
        "observations/b.jsonl",
        observation("o4", "m1", "order", 0, "\"record\":{\"age\":3}"),
        text("o5", "m1", 10));
    write(
        "labels.jsonl",
        label("m1", 0, "state", "\"leak\""),
        label("m1", 0, "health", "0.5"),
        label("m1", 20, "state", "\"normal\""),
        label("m9", 0, "state", "\"normal\""));
    Dataset dataset = Dataset.open(directory);
    assertThat(dataset.rejected()).isEmpty();
    assertThat(dataset.scenes()).hasSize(1);
    LabelledScene scene = dataset.scenes().get(0);
    assertThat(scene.entity()).isEqualTo("m1");
    assertThat(scene.start()).isEqualTo(at(0));
    assertThat(scene.end()).isEqualTo(at(10));
    assertThat(scene.labels())
        .containsExactly(Map.entry("state", "leak"), Map.entry("health", 0.5));
    assertThat(ids(scene)).isEqualTo(Map.of("log", List.of("o1", "o2"), "order", List.of("o4")));
    assertThat(scene.observations().keySet()).containsExactly("log", "order");
  }

  @Test
  void scenesAreSortedByEntityAndStartWhateverTheOrderOfTheirLabels() throws Exception {
    write(
        "labels.jsonl",
        label("m2", 0, "state", "\"leak\""),
        label("m1", 5, "state", "\"leak\""),
        label("m1", 0, "state", "\"normal\""));
    assertThat(Dataset.open(directory).scenes())
        .extracting(scene -> scene.entity() + "@" + scene.start().getEpochSecond())
        .containsExactly("m1@0", "m1@5", "m2@0");
  }

  @Test
  void windowsThatOverlapShareTheirObservations() throws Exception {
    write("labels.jsonl", label("m1", 0, "state", "\"leak\""), label("m1", 5, "state", "\"leak\""));
    List<LabelledScene> scenes = Dataset.open(directory).scenes();
    Observation inBoth = scenes.get(0).observations().get("log").get(1);
    assertThat(inBoth.getId()).isEqualTo("o2");
    assertThat(scenes.get(1).observations().get("log")).hasSize(1);
    assertThat(scenes.get(1).observations().get("log").get(0)).isSameAs(inBoth);
  }

  @Test
  void ofDuplicatesTheFirstIsKeptAndNoneIsCutSinceSomeMayNotBeEncoded() throws Exception {
    write("observations/a.jsonl", text("o1", "m1", 1), text("o3", "m1", 9), text("o2", "m1", 5));
    write("observations/b.jsonl", text("o2", "m1", 6), text("o3", "m1", 9));
    assertThat(ids(Dataset.open(directory).scenes().get(0)))
        .isEqualTo(Map.of("log", List.of("o1", "o2", "o3")));
  }

  @Test
  void filesMayBeCompressedAndAreReadInTheOrderOfTheirNames() throws Exception {
    Files.delete(directory.resolve("observations/a.jsonl"));
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(directory.resolve("observations/z.jsonl.gz")))) {
      out.write((text("o1", "m1", 1) + "\n\n").getBytes(StandardCharsets.UTF_8));
    }
    write("observations/notes.txt", "not an observation");
    write("observations/b.jsonl", text("o2", "m1", 2));
    assertThat(Dataset.observationFiles(directory))
        .extracting(file -> file.getFileName().toString())
        .containsExactly("b.jsonl", "z.jsonl.gz");
    assertThat(ids(Dataset.open(directory).scenes().get(0)))
        .isEqualTo(Map.of("log", List.of("o1", "o2")));
  }

  @Test
  void aPayloadIsReadFromDiskEachTimeItIsAskedFor() throws Exception {
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(directory.resolve("observations/b.jsonl.gz")))) {
      String lines = text("o7", "m1", 5) + "\r\n\n" + text("o8", "m1", 6);
      out.write(lines.replace("oil leak", "öl").getBytes(StandardCharsets.UTF_8));
    }
    List<Observation> log = Dataset.open(directory).scenes().get(0).observations().get("log");
    assertThat(log).extracting(Observation::getId).containsExactly("o1", "o7", "o8", "o2");
    assertThat(log)
        .extracting(o -> ((Payload.Text) o.getPayload()).text())
        .containsExactly("oil leak", "öl", "öl", "oil leak");
    assertThat(log.get(0).getPayload()).isNotSameAs(log.get(0).getPayload());
  }

  @Test
  void aFileThatIsChangedWhileItIsInUseIsNamed() throws Exception {
    Observation first = Dataset.open(directory).scenes().get(0).observations().get("log").get(0);
    Path file = directory.resolve("observations/a.jsonl");
    write("observations/a.jsonl", text("o9", "m1", 1));
    assertThatThrownBy(first::getPayload)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            file + " was changed while it was read: 'o1' of 'm1' is no longer where it was");
    Files.writeString(file, "{");
    assertThatThrownBy(first::getPayload)
        .hasMessageStartingWith(file + " was changed while it was read");
    Files.delete(file);
    assertThatThrownBy(first::getPayload).hasMessageStartingWith("cannot read " + file);
  }

  @Test
  void whatIsUnpackedGoesToTheScratchDirectory() throws Exception {
    Path none = directory.resolve("none");
    assertThat(Dataset.open(directory, none).scenes()).hasSize(1);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(directory.resolve("observations/b.jsonl.gz")))) {
      out.write(text("o7", "m1", 5).getBytes(StandardCharsets.UTF_8));
    }
    assertThatThrownBy(() -> Dataset.open(directory, none))
        .isInstanceOf(java.io.UncheckedIOException.class)
        .hasMessageStartingWith("cannot make a scratch file in " + none);
  }

  @Test
  void linesThatCannotBeReadAreNamedAndTheRestGoesOn() throws Exception {
    write(
        "observations/a.jsonl",
        text("o1", "m1", 1),
        "{\"id\":",
        "",
        observation("o2", "m1", "camera", 2, "\"text\":\"a\""),
        observation("o3", "m1", "order", 2, "\"text\":\"a\""),
        text("o4", "m1", 2));
    Dataset dataset = Dataset.open(directory);
    assertThat(dataset.scenes().get(0).observations().get("log")).hasSize(2);
    assertThat(dataset.rejected()).hasSize(3);
    assertThat(dataset.rejected().get(0)).startsWith("observations/a.jsonl:2: not valid JSON: ");
    assertThat(dataset.rejected().get(1))
        .isEqualTo("observations/a.jsonl:4: unknown modality 'camera'; known: [log, order]");
    assertThat(dataset.rejected().get(2)).startsWith("observations/a.jsonl:5: ");
  }

  @Test
  void aCompressedFileThatIsCutOffIsNamed() throws Exception {
    Path file = directory.resolve("observations/c.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text("o1", "m1", 1).repeat(1000).getBytes(StandardCharsets.UTF_8));
    }
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 60));
    assertThatThrownBy(() -> Dataset.open(directory))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageStartingWith("cannot read " + file + ": java.io.EOFException");
    Files.writeString(file, "not compressed");
    assertThatThrownBy(() -> Dataset.open(directory))
        .hasMessageStartingWith("cannot read " + file + ": java.util.zip.ZipException");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|not a label: Unexpected end-of-input",
        "[]|not a label: 'task' is missing",
        "{}|not a label: 'task' is missing",
        "{\"task\":\"stat\"}|unknown task 'stat'; known: [state, health]",
        "{\"task\":5}|not a label: 'task' must be a text, but was: 5",
        "{\"task\":\"state\",\"entity\":\"\"}|not a label: 'entity' must be a text, but was: \"\"",
        "{\"task\":\"state\",\"entity\":\"m1\",\"start\":\"noon\"}|not a label: Text 'noon' could"
            + " not be parsed at index 0",
        "{\"task\":\"state\",\"entity\":\"m1\",\"start\":\"1970-01-01T00:00:00Z\"}|not a label:"
            + " 'end' is missing",
      })
  void aLabelThatIsNoneIsNamedWithItsLine(String line, String message) throws Exception {
    write("labels.jsonl", label("m1", 0, "health", "1"), line);
    assertThatThrownBy(() -> Dataset.open(directory))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageStartingWith("labels.jsonl:2: " + message)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "state|\"melted\"|the label must be one of [normal, leak, 3], but was: \"melted\"",
        "state|null|the label must be one of [normal, leak, 3], but was: null",
        "health|\"good\"|the label must be a finite number, but was: \"good\"",
        "health|1e999|the label must be a finite number, but was: ",
        "health|null|the label must be a finite number, but was: null",
      })
  void aLabelOfAnotherTypeIsShown(String task, String value, String message) throws Exception {
    write("labels.jsonl", label("m1", 0, task, value));
    assertThatThrownBy(() -> Dataset.open(directory))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageStartingWith("labels.jsonl:1: " + message);
  }

  @Test
  void aLabelMayBeWrittenAsANumber() throws Exception {
    write("labels.jsonl", label("m1", 0, "state", "3"));
    assertThat(Dataset.open(directory).scenes().get(0).labels()).containsEntry("state", "3");
  }

  @Test
  void twoLabelsThatContradictEachOtherAreAnError() throws Exception {
    write("labels.jsonl", label("m1", 0, "health", "1"), label("m1", 0, "health", "1.0"));
    assertThat(Dataset.open(directory).scenes()).hasSize(1);
    write("labels.jsonl", label("m1", 0, "health", "1"), label("m1", 0, "health", "2"));
    assertThatThrownBy(() -> Dataset.open(directory))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "'m1' has two labels of task 'health' from 1970-01-01T00:00:00Z: '1.0' and '2.0'");
  }

  @Test
  void aLabelSpansExactlyOneWindow() throws Exception {
    write(
        "labels.jsonl",
        "{\"entity\":\"m1\",\"start\":\"1970-01-01T00:00:00Z\",\"end\":\"1970-01-01T00:00:09Z\","
            + "\"task\":\"health\",\"value\":1}");
    assertThatThrownBy(() -> Dataset.open(directory))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "a label of 'm1' spans 1970-01-01T00:00:00Z to 1970-01-01T00:00:09Z, but a window is"
                + " PT10S long");
  }

  @Test
  void entitiesBelongToThePartThatAFileSays() throws Exception {
    write("labels.jsonl", label("m1", 0, "health", "1"), label("m2", 0, "health", "1"));
    write(
        "splits.jsonl", split("m1", "test"), split("m2", "validation"), split("m2", "validation"));
    Dataset dataset = Dataset.open(directory);
    assertThat(dataset.scenes(Split.TEST)).extracting(LabelledScene::entity).containsExactly("m1");
    assertThat(dataset.scenes(Split.VALIDATION))
        .extracting(LabelledScene::entity)
        .containsExactly("m2");
    assertThat(dataset.scenes(Split.TRAIN)).isEmpty();
  }

  @Test
  void aSplitThatIsNoneOrContradictsItselfIsNamedWithItsLine() throws Exception {
    write("splits.jsonl", split("m1", "dev"));
    assertThatThrownBy(() -> Dataset.open(directory))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "splits.jsonl:1: not a split: a split must be one of train, validation, test, but was:"
                + " 'dev'");
    write("splits.jsonl", split("m1", "train"), split("m1", "test"));
    assertThatThrownBy(() -> Dataset.open(directory))
        .hasMessage("splits.jsonl:2: not a split: 'm1' is in train already");
    write("splits.jsonl", "{}");
    assertThatThrownBy(() -> Dataset.open(directory))
        .hasMessage("splits.jsonl:1: not a split: 'entity' is missing");
  }

  @Test
  void withoutAFileEightyTenAndTenOfAHundredEntitiesFallIntoTheParts() {
    int[] counts = new int[3];
    for (int i = 0; i < 10_000; i++) {
      Split split = Split.byHash("press-" + i);
      counts[split.ordinal()]++;
      assertThat(Split.byHash("press-" + i)).isSameAs(split);
    }
    assertThat(counts[0]).isBetween(7_800, 8_200);
    assertThat(counts[1]).isBetween(850, 1_150);
    assertThat(counts[2]).isBetween(850, 1_150);
  }

  @Test
  void theDigestChangesWithAnyByteAndName() throws Exception {
    Set<String> digests = new HashSet<>();
    digests.add(Dataset.open(directory).digest());
    assertThat(digests).contains(Dataset.open(directory).digest());
    write("blobs/1.png", "a");
    digests.add(Dataset.open(directory).digest());
    write("blobs/1.png", "b");
    digests.add(Dataset.open(directory).digest());
    Files.move(directory.resolve("blobs/1.png"), directory.resolve("blobs/2.png"));
    digests.add(Dataset.open(directory).digest());
    write("labels.jsonl", label("m1", 0, "state", "\"normal\""));
    digests.add(Dataset.open(directory).digest());
    assertThat(digests).hasSize(5);
  }

  @Test
  void theDigestIsTheSameThroughALink() throws Exception {
    Path link = directory.resolveSibling(directory.getFileName() + "-link");
    Files.createSymbolicLink(link, directory);
    try {
      assertThat(Dataset.open(link).digest()).isEqualTo(Dataset.open(directory).digest());
    } finally {
      Files.delete(link);
    }
  }

  @Test
  void blobsAreReadBelowTheDirectory() throws Exception {
    write("blobs/1.png", "a");
    Payload blob =
        Dataset.open(directory).blobs().resolve(new Payload.Reference("blobs/1.png", "image/png"));
    assertThat(((Payload.Blob) blob).bytes()).startsWith('a');
  }

  @ParameterizedTest
  @ValueSource(strings = {"spec.yaml", "labels.jsonl", "observations"})
  void aPartThatIsMissingIsNamed(String part) throws Exception {
    Files.deleteIfExists(directory.resolve("observations/a.jsonl"));
    Files.delete(directory.resolve(part));
    assertThatThrownBy(() -> Dataset.open(directory))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining(part);
  }

  @Test
  void aSpecThatIsInvalidIsNamed() throws Exception {
    write("spec.yaml", SPEC.replace("kind: text", "kind: txt"));
    assertThatThrownBy(() -> Dataset.open(directory))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageStartingWith(directory.resolve("spec.yaml") + ": spec: unknown kind 'txt'");
  }

  @Test
  void aDataSetWithoutASceneIsAnError() throws Exception {
    write("labels.jsonl", label("m9", 0, "health", "1"));
    assertThatThrownBy(() -> Dataset.open(directory))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(directory + " has no scene with a label and an observation");
  }

  private void write(String file, String... lines) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.write(path, List.of(lines));
  }

  private static Map<String, List<String>> ids(LabelledScene scene) {
    Map<String, List<String>> ids = new java.util.HashMap<>();
    scene
        .observations()
        .forEach((name, all) -> ids.put(name, all.stream().map(Observation::getId).toList()));
    return ids;
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }

  private static String text(String id, String entity, long second) {
    return observation(id, entity, "log", second, "\"text\":\"oil leak\"");
  }

  private static String observation(
      String id, String entity, String modality, long second, String payload) {
    return "{\"id\":\"%s\",\"entity\":\"%s\",\"modality\":\"%s\",\"time\":\"%s\",%s}"
        .formatted(id, entity, modality, at(second), payload);
  }

  private static String label(String entity, long start, String task, String value) {
    return "{\"entity\":\"%s\",\"start\":\"%s\",\"end\":\"%s\",\"task\":\"%s\",\"value\":%s}"
        .formatted(entity, at(start), at(start + 10), task, value);
  }

  private static String split(String entity, String split) {
    return "{\"entity\":\"%s\",\"split\":\"%s\"}".formatted(entity, split);
  }
}
