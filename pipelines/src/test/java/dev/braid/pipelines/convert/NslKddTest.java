package dev.braid.pipelines.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.dataset.Dataset;
import dev.braid.dataset.LabelledScene;
import dev.braid.dataset.Split;
import dev.braid.observation.Payload;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NslKddTest {
  private static final String REST = ",0".repeat(35);

  @TempDir Path directory;

  private ConversionReport convert(List<String> rows, ConversionOptions options) {
    Path file = directory.resolve("source/record/KDDTrain+_tiny.txt.gz");
    try {
      Files.createDirectories(file.getParent());
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
        out.write((String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Conversions.convert(
        "nsl-kdd",
        directory.resolve("source"),
        directory.resolve("out"),
        options,
        (done, total) -> {});
  }

  private ConversionReport convert(String... rows) {
    return convert(List.of(rows), new ConversionOptions(1, 0, 0, 0, null));
  }

  private static String row(String attack) {
    return "7,tcp,http,SF,100,0" + REST + "," + attack + ",21";
  }

  @Test
  void aConnectionIsOneRecordOfFortyOneFeaturesWithTwoTruths() {
    convert(row("normal"), row("neptune"), row("buffer_overflow"));

    List<LabelledScene> scenes = Dataset.open(directory.resolve("out")).scenes();

    assertThat(scenes)
        .extracting(LabelledScene::labels)
        .containsExactly(
            Map.of("attack", "normal", "category", "normal"),
            Map.of("attack", "attack", "category", "dos"),
            Map.of("attack", "attack", "category", "u2r"));
    Payload.Fields fields =
        (Payload.Fields) scenes.get(0).observations().get("connection").get(0).getPayload();
    assertThat(fields.values())
        .hasSize(41)
        .containsEntry("protocol_type", "tcp")
        .containsEntry("service", "http")
        .containsEntry("flag", "SF")
        .containsEntry("dst_host_srv_rerror_rate", 0.0);
  }

  @Test
  void aDurationAndBytesAreLogarithms() {
    convert(row("normal"));

    Payload.Fields fields =
        (Payload.Fields)
            Dataset.open(directory.resolve("out"))
                .scenes()
                .get(0)
                .observations()
                .get("connection")
                .get(0)
                .getPayload();

    assertThat(fields.values())
        .containsEntry("duration", Math.log(8))
        .containsEntry("src_bytes", Math.log1p(100))
        .containsEntry("dst_bytes", 0.0);
  }

  @Test
  void everyCategoryStandsInEveryPart() {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(row("normal"));
    }
    rows.addAll(List.of(row("rootkit"), row("perl"), row("perl")));
    convert(rows, new ConversionOptions(1, 0, 0, 0, null));

    Map<Split, Map<Object, Long>> parts =
        Dataset.open(directory.resolve("out")).scenes().stream()
            .collect(
                Collectors.groupingBy(
                    LabelledScene::split,
                    Collectors.groupingBy(
                        scene -> scene.labels().get("category"), Collectors.counting())));

    assertThat(parts)
        .containsOnly(
            Map.entry(Split.TRAIN, Map.of("normal", 14L, "u2r", 1L)),
            Map.entry(Split.VALIDATION, Map.of("normal", 3L, "u2r", 1L)),
            Map.entry(Split.TEST, Map.of("normal", 3L, "u2r", 1L)));
  }

  @Test
  void anUnknownAttackIsRefusedByItsLine() {
    assertThatThrownBy(() -> convert(row("normal"), row("gossip")))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageEndingWith("KDDTrain+_tiny.txt.gz:2: unknown attack 'gossip'");
  }

  @Test
  void aNumberThatIsNoneIsRefusedByItsName() {
    assertThatThrownBy(() -> convert(row("normal").replace("SF,100", "SF,many")))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageEndingWith(":1: src_bytes must be a number of at least 0, but was: 'many'");
  }

  @Test
  void aLineThatIsTooShortIsRefused() {
    assertThatThrownBy(() -> convert("1,tcp,normal,21"))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageEndingWith(":1: a connection must have 43 columns, but had: 4");
  }

  @Test
  void aRecordAloneIsNeitherMissingNorDegraded() {
    assertThatThrownBy(
            () -> convert(List.of(row("normal")), new ConversionOptions(1, 0.5, 0, 0, null)))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessage("a connection of nsl-kdd is one record: leave out --missing and --degrade");
    assertThat(directory.resolve("out")).doesNotExist();
  }
}
