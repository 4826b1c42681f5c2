package dev.braid.pipelines.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.dataset.Dataset;
import dev.braid.dataset.LabelledScene;
import dev.braid.dataset.Split;
import dev.braid.featurizer.Featurizers;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DigitsTest {
  private static final ConversionOptions PLAIN = new ConversionOptions(1, 0, 0, 0.3, 200);

  @TempDir Path directory;
  private TinySource source;

  @BeforeEach
  void write() {
    source = TinySource.of(directory.resolve("source"), 20, 10, 15, 12);
  }

  private ConversionReport convert(String out, ConversionOptions options) {
    return Conversions.convert(
        "digits", source.directory(), directory.resolve(out), options, (done, total) -> {});
  }

  private Dataset dataset(ConversionOptions options) {
    convert("out", options);
    return Dataset.open(directory.resolve("out"));
  }

  private static List<Observation> observations(LabelledScene scene) {
    return scene.observations().values().stream().flatMap(List::stream).toList();
  }

  private static String item(Observation observation) {
    return observation.getId().substring(0, observation.getId().lastIndexOf("-s"));
  }

  /** In the tiny source, item i shows i mod 10; voices and posts have their digit in their name. */
  private static int digit(Observation observation) {
    String[] parts = item(observation).split("[-_]");
    return switch (observation.getModality()) {
      case "voice", "text" -> Integer.parseInt(parts[1]);
      default -> Integer.parseInt(parts[1]) % 10;
    };
  }

  @Test
  void everySceneIsOneWindowOfItsOwnEntity() {
    Dataset dataset = dataset(PLAIN);

    assertThat(dataset.rejected()).isEmpty();
    assertThat(dataset.scenes()).hasSize(200);
    Set<String> entities = new HashSet<>();
    for (LabelledScene scene : dataset.scenes()) {
      assertThat(entities.add(scene.entity())).isTrue();
      int number = Integer.parseInt(scene.entity());
      assertThat(scene.start())
          .isEqualTo(Instant.parse("2026-01-01T00:00:00Z").plusSeconds(10L * number));
      assertThat(Duration.between(scene.start(), scene.end())).isEqualTo(Duration.ofSeconds(10));
      assertThat(scene.labels()).containsOnlyKeys("digit", "odd");
      assertThat(scene.observations().keySet()).containsExactly("image", "voice", "pen", "text");
      assertThat(observations(scene).stream().map(Observation::getTime).distinct()).hasSize(4);
    }
  }

  @Test
  void ofTenScenesEightAreForTrainingOneForValidationAndOneForTest() {
    Dataset dataset = dataset(PLAIN);

    assertThat(dataset.scenes(Split.TRAIN)).hasSize(160);
    assertThat(dataset.scenes(Split.VALIDATION)).hasSize(20);
    assertThat(dataset.scenes(Split.TEST)).hasSize(20);
    Map<Object, Integer> digits = new TreeMap<>();
    dataset.scenes().forEach(s -> digits.merge(s.labels().get("digit"), 1, Integer::sum));
    assertThat(digits.values()).hasSize(10).containsOnly(20);
  }

  @Test
  void noItemStandsOnTwoSidesOfASplit() {
    Map<String, Split> sides = new TreeMap<>();

    for (LabelledScene scene : dataset(new ConversionOptions(1, 0.25, 0.25, 0.3, 800)).scenes()) {
      for (Observation observation : observations(scene)) {
        Split other = sides.putIfAbsent(item(observation), scene.split());
        assertThat(other).isIn(null, scene.split());
      }
    }

    // Every item of the source is shown in the end: 200 images, 100 clips, 150 pens, 120 posts.
    assertThat(sides).hasSize(570);
  }

  @Test
  void theOddModalityShowsAnotherDigitAndNoOtherDoes() {
    int odd = 0;
    for (LabelledScene scene : dataset(new ConversionOptions(1, 0.2, 0, 0.5, 400)).scenes()) {
      int digit = Integer.parseInt((String) scene.labels().get("digit"));
      Object label = scene.labels().get("odd");
      for (Observation observation : observations(scene)) {
        assertThat(digit(observation) != digit).isEqualTo(observation.getModality().equals(label));
      }
      if (!label.equals("none")) {
        odd++;
        assertThat(scene.observations()).hasSizeGreaterThanOrEqualTo(3).containsKey((String) label);
      }
    }
    assertThat(odd).isEqualTo(155);
  }

  @Test
  void withTwoModalitiesNoneIsOdd() {
    for (LabelledScene scene : dataset(new ConversionOptions(3, 0.5, 0, 1, 300)).scenes()) {
      assertThat(scene.labels().get("odd").equals("none"))
          .isEqualTo(scene.observations().size() < 3);
    }
  }

  @Test
  void theReportCountsWhatTheSeedDrew() {
    ConversionReport report = convert("out", new ConversionOptions(1, 0.25, 0.25, 0.3, 1000));

    long shown = 0;
    long degraded = 0;
    for (String modality : List.of("image", "voice", "pen", "text")) {
      shown += report.count("shown." + modality);
      degraded += report.count("degraded." + modality);
    }
    assertThat(report.count("scenes")).isEqualTo(1000);
    assertThat(shown).isEqualTo(2989);
    assertThat(degraded).isEqualTo(742);
    assertThat(report.count("odd.none")).isEqualTo(781);
    assertThat(report.notes()).isEmpty();
  }

  @Test
  void atLeastOneModalityIsThereEvenWhenAllAreToBeMissing() {
    Dataset dataset = dataset(new ConversionOptions(1, 1, 0, 0.3, 100));

    assertThat(dataset.scenes()).hasSize(100).allMatch(scene -> scene.observations().size() == 1);
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws Exception {
    ConversionOptions options = new ConversionOptions(7, 0.25, 0.25, 0.3, 50);
    convert("a", options);
    convert("b", options);
    convert("c", new ConversionOptions(8, 0.25, 0.25, 0.3, 50));

    assertThat(bytes("b")).isEqualTo(bytes("a"));
    assertThat(bytes("c").get("observations/voice.jsonl"))
        .isNotEqualTo(bytes("a").get("observations/voice.jsonl"));
  }

  private Map<String, List<Byte>> bytes(String out) throws IOException {
    Path root = directory.resolve(out);
    Map<String, List<Byte>> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        List<Byte> bytes = new ArrayList<>();
        for (byte b : Files.readAllBytes(file)) {
          bytes.add(b);
        }
        all.put(root.relativize(file).toString(), bytes);
      }
    }
    return all;
  }

  @Test
  void everyPayloadFitsTheSpec() throws Exception {
    Dataset dataset = dataset(new ConversionOptions(1, 0, 0.5, 0.3, 40));

    for (String modality : dataset.spec().modalities().keySet()) {
      List<Payload> payloads = new ArrayList<>();
      for (LabelledScene scene : dataset.scenes()) {
        payloads.add(
            dataset.blobs().resolve(scene.observations().get(modality).get(0).getPayload()));
      }
      var featurizer = Featurizers.fit(dataset.spec().modalities().get(modality), payloads);
      for (Payload payload : payloads) {
        featurizer.featurize(payload).check(featurizer.inputs());
      }
    }
  }

  @Test
  void severalFilesOfAModalityAreReadTogether() {
    source.images("u-second", 2, 28);
    source.texts("20news_second.jsonl.gz", 12);

    ConversionReport report = convert("out", PLAIN);

    assertThat(report.count("items.image")).isEqualTo(220);
    // The second file's posts are the first one's again.
    assertThat(report.count("items.text")).isEqualTo(120);
  }

  @Test
  void aSourceTooSmallForASplitMakesTheScenesThatItCanAndSaysSo() {
    source = TinySource.of(directory.resolve("small"), 20, 20, 20, 2);

    ConversionReport report = convert("out", PLAIN);

    assertThat(report.count("scenes")).isEqualTo(200);
    assertThat(report.notes())
        .hasSize(20)
        .contains(
            "the source has too few items for 'text' of digit 3 in test: it is missing there");
  }

  @Test
  void aSourceOfOneItemEachMakesTrainingScenesAlone() {
    source = TinySource.of(directory.resolve("one"), 1);

    ConversionReport report = convert("out", PLAIN);

    assertThat(report.count("scenes")).isEqualTo(160);
    assertThat(report.count("scenes.leftOut")).isEqualTo(40);
    assertThat(Dataset.open(directory.resolve("out")).scenes(Split.TEST)).isEmpty();
  }

  @Test
  void aModalityWithoutFilesIsOneLineAndLeavesNothing() {
    source.delete("sensor/pendigits-orig.tiny.unipen.gz");

    assertThatThrownBy(() -> convert("out", PLAIN))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessage(
            "there is no file sensor/pendigits-orig.*.unipen.gz below " + source.directory());
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @Test
  void anEmptyOutputDirectoryStaysWhenTheConversionFails() throws Exception {
    Files.createDirectory(directory.resolve("out"));
    source.delete("audio/fsdd_tiny.zip");

    assertThatThrownBy(() -> convert("out", PLAIN)).isInstanceOf(InvalidSourceException.class);
    assertThat(directory.resolve("out")).isEmptyDirectory();
  }

  @Test
  void anOutputDirectoryWithFilesIsLeftAsItIs() throws Exception {
    Files.createDirectory(directory.resolve("out"));
    Files.writeString(directory.resolve("out/mine.txt"), "mine");

    assertThatThrownBy(() -> convert("out", PLAIN))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessage(
            "the output directory %s/out is not empty; remove it or name another"
                .formatted(directory));
    assertThat(directory.resolve("out/mine.txt")).hasContent("mine");
  }

  @Test
  void anOutputBelowAFileIsOneLine() throws Exception {
    Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> convert("file/out", PLAIN))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageStartingWith("cannot write " + directory.resolve("file/out") + ": ");
  }
}
