package dev.braid.pipelines.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.dataset.AnomalyWindow;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.LabelledScene;
import dev.braid.dataset.Split;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NabTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration STEP = Duration.ofMinutes(5);

  @TempDir Path directory;

  /** A thousand readings, one every hour: 1, -1, 1, -1, ... */
  private static String series() {
    LocalDateTime begin = LocalDateTime.parse("2026-01-01T00:07:00");
    StringBuilder csv = new StringBuilder("timestamp,value\n");
    for (int i = 0; i < 1_000; i++) {
      csv.append(begin.plusHours(i).toString().replace('T', ' '))
          .append(":00,")
          .append(i % 2 == 0 ? 1 : -1)
          .append('\n');
    }
    return csv.toString();
  }

  private ConversionReport convert(String csv, String labels) {
    Path file = directory.resolve("source/sensor/nab_tiny.zip");
    try {
      Files.createDirectories(file.getParent());
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
        zip.putNextEntry(new ZipEntry("data/tiny/pump.csv"));
        zip.write(csv.getBytes(StandardCharsets.UTF_8));
        zip.putNextEntry(new ZipEntry("labels/combined_windows.json"));
        zip.write(labels.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Conversions.convert(
        "nab",
        directory.resolve("source"),
        directory.resolve("out"),
        new ConversionOptions(1, 0, 0, 0, null),
        (done, total) -> {});
  }

  /** From reading 500 to reading 509. */
  private ConversionReport convert() {
    return convert(
        series(),
        """
        {"tiny/pump.csv":[["2026-01-21 20:07:00.000000","2026-01-22 05:07:00.000000"]]}""");
  }

  private static Instant reading(int index) {
    return BEGIN.plus(STEP.multipliedBy(index));
  }

  @Test
  void aSeriesIsCutInTimeAndTheProbationTrainsAndValidates() {
    convert();

    Map<String, List<LabelledScene>> parts =
        Dataset.open(directory.resolve("out")).scenes().stream()
            .collect(Collectors.groupingBy(LabelledScene::entity));

    // Of 150 readings of probation the first 99 train (two thirds, in whole windows of three).
    assertThat(parts.keySet()).containsExactlyInAnyOrder("pump.train", "pump.validation", "pump");
    assertThat(parts.get("pump.train")).extracting(LabelledScene::split).containsOnly(Split.TRAIN);
    assertThat(parts.get("pump.train").get(0).end()).isEqualTo(reading(51));
    assertThat(parts.get("pump.train")).hasSize(16);
    assertThat(parts.get("pump.validation").get(0).start()).isEqualTo(reading(99));
    assertThat(parts.get("pump.validation")).hasSize(16);
    assertThat(parts.get("pump").get(0).start()).isEqualTo(reading(150));
    assertThat(parts.get("pump")).extracting(LabelledScene::split).containsOnly(Split.TEST);
    assertThat(parts.get("pump").get(parts.get("pump").size() - 1).end()).isEqualTo(reading(999));
  }

  @Test
  void aFrameHoldsThePastAndNothingAfterItsWindow() {
    convert();

    LabelledScene scene =
        Dataset.open(directory.resolve("out")).scenes().stream()
            .filter(s -> s.entity().equals("pump"))
            .findFirst()
            .orElseThrow();

    Observation frame = scene.observations().get("readings").get(0);
    Payload.Samples readings = (Payload.Samples) frame.getPayload();
    assertThat(frame.getTime()).isEqualTo(reading(152));
    assertThat(scene.end()).isEqualTo(reading(153));
    assertThat(readings.rateHz()).isEqualTo(1 / 300.0);
    assertThat(readings.channels()).isEqualTo(1);
    assertThat(readings.values()).hasSize(48);
    assertThat(readings.values()[47]).isEqualTo(1f);
    assertThat(readings.values()[46]).isEqualTo(-1f);
  }

  @Test
  void theTasksAskForTheLevelAndTheSpreadOfTheNextHour() {
    convert();

    LabelledScene scene = Dataset.open(directory.resolve("out")).scenes().get(0);

    assertThat(scene.labels()).isEqualTo(Map.of("level", 0.0, "spread", 1.0));
  }

  @Test
  void theLabelledWindowsAreReadingsOfTheSeriesThatTests() {
    ConversionReport report = convert();

    assertThat(AnomalyWindow.read(directory.resolve("out")))
        .containsExactly(new AnomalyWindow("pump", reading(500), reading(510)));
    assertThat(report.count("anomalies")).isEqualTo(1);
  }

  @Test
  void anAnomalyInTheProbationIsRefused() {
    assertThatThrownBy(
            () ->
                convert(
                    series(),
                    """
                    {"tiny/pump.csv":[["2026-01-02 00:07:00.000000","2026-01-02 05:07:00.000000"]]}"""))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessage("series pump: an anomaly begins at reading 24, within the probation of 150");
  }

  @Test
  void aSeriesThatTheLabelsDoNotNameIsRefused() {
    assertThatThrownBy(() -> convert(series(), "{}"))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageEndingWith(
            "nab_tiny.zip!data/tiny/pump.csv: labels/combined_windows.json does not name it");
  }

  @Test
  void aReadingThatIsNoNumberIsRefusedByItsRow() {
    assertThatThrownBy(
            () -> convert("timestamp,value\n2026-01-01 00:00:00,warm\n", "{\"tiny/pump.csv\":[]}"))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageEndingWith("row 1: value must be a finite number, but was: 'warm'");
  }

  @Test
  void readingsThatGoBackInTimeAreRefused() {
    assertThatThrownBy(
            () ->
                convert(
                    "timestamp,value\n2026-01-01 00:05:00,1\n2026-01-01 00:00:00,1\n",
                    "{\"tiny/pump.csv\":[]}"))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageEndingWith("row 2: the time is before that of the row above");
  }
}
