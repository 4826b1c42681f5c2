package dev.braid.pipelines.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.dataset.Dataset;
import dev.braid.dataset.LabelledScene;
import dev.braid.dataset.Split;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpswHarTest {
  @TempDir Path directory;

  private ConversionReport convert(TinyWalks walks, double missing, double degrade) {
    walks.write(directory.resolve("source"));
    return Conversions.convert(
        "spsw-har",
        directory.resolve("source"),
        directory.resolve("out"),
        new ConversionOptions(1, missing, degrade, 0, null),
        (done, total) -> {});
  }

  private Dataset dataset(TinyWalks walks) {
    convert(walks, 0, 0);
    return Dataset.open(directory.resolve("out"));
  }

  @Test
  void aWindowHoldsWhatBothDevicesReportedAndTheRecord() {
    List<LabelledScene> scenes = dataset(TinyWalks.of(1)).scenes();

    // Windows begin at 0, 250, ... 3000; of that at 1500 just half of the readings agree.
    assertThat(scenes).hasSize(12);
    for (LabelledScene scene : scenes) {
      assertThat(scene.entity()).isEqualTo("s01-01");
      assertThat(scene.observations().keySet()).containsExactly("phone", "watch", "subject");
      assertThat(scene.observations().get("phone")).hasSize(4);
      assertThat(scene.observations().get("watch")).hasSize(4);
      assertThat(scene.observations().get("subject")).hasSize(4);
    }
  }

  @Test
  void theLabelIsWhatAtLeastSixtyPercentOfTheReadingsHave() {
    Map<Long, Object> labels = new TreeMap<>();
    for (LabelledScene scene : dataset(TinyWalks.of(1)).scenes()) {
      labels.put(scene.start().toEpochMilli() - TinyWalks.BEGIN, scene.labels().get("activity"));
    }

    assertThat(labels)
        .containsEntry(1_250L, "SEATED")
        .doesNotContainKey(1_500L)
        .containsEntry(1_750L, "WALKING");
  }

  @Test
  void aFrameIsTheSecondBeforeItsTime() {
    LabelledScene scene = dataset(TinyWalks.of(1)).scenes().get(8);
    List<Observation> frames = scene.observations().get("phone");
    Observation last = frames.get(frames.size() - 1);

    assertThat(last.getTime()).isEqualTo(scene.end().minusMillis(1));
    Payload.Samples samples = (Payload.Samples) last.getPayload();
    assertThat(samples.rateHz()).isEqualTo(100);
    assertThat(samples.count()).isEqualTo(100);
    float begin = scene.start().toEpochMilli() - TinyWalks.BEGIN;
    assertThat(Arrays.copyOf(samples.values(), 6)).containsExactly(begin, 1, 2, 3, 4, 5);
    assertThat(Arrays.copyOfRange(samples.values(), 594, 600))
        .containsExactly(begin + 990, 1, 2, 3, 4, 5);
  }

  @Test
  void noSubjectStandsOnTwoSidesOfASplit() {
    TinyWalks walks = TinyWalks.of(10);
    walks.with("s03/s03_02_sp.csv", TinyWalks.HEADER + "0,1,2,3,4,5,1657533977000,SEATED\n");
    Map<Split, Integer> subjects = new HashMap<>();

    Map<String, Split> sides = new TreeMap<>();
    for (LabelledScene scene : dataset(walks).scenes()) {
      String subject = scene.entity().substring(0, 3);
      assertThat(sides.putIfAbsent(subject, scene.split())).isIn(null, scene.split());
    }

    sides.values().forEach(split -> subjects.merge(split, 1, Integer::sum));
    assertThat(subjects)
        .containsOnly(
            Map.entry(Split.TRAIN, 6), Map.entry(Split.VALIDATION, 2), Map.entry(Split.TEST, 2));
  }

  @Test
  void anExecutionThatOneDeviceMissedIsLeftOutAndSaidSo() {
    ConversionReport report = convert(TinyWalks.of(2).without("s02/s02_01_sw.csv"), 0, 0);

    assertThat(report.count("scenes")).isEqualTo(12);
    assertThat(report.notes())
        .containsExactly("execution s02-01 is left out: one of the two devices is missing");
  }

  @Test
  void aSubjectWithoutARecordHasNone() {
    ConversionReport report = convert(TinyWalks.of(1).without("subjects_info.csv"), 0, 0);

    assertThat(report.count("observations.subject")).isZero();
    assertThat(report.notes()).containsExactly("there is no record of subject s01");
  }

  @Test
  void devicesAreMissingAndDegradedAsTheSeedDraws() {
    ConversionReport report = convert(TinyWalks.of(10), 0.5, 0.5);

    // 16 frames of each device in each of ten walks.
    assertThat(report.count("observations.phone") + report.count("missing.phone")).isEqualTo(160);
    assertThat(report.count("missing.phone")).isEqualTo(86);
    assertThat(report.count("degraded.phone")).isEqualTo(32);
    assertThat(report.count("observations.subject")).isEqualTo(160);
  }

  @Test
  void anUnknownActivityIsRefusedByItsRow() {
    TinyWalks walks =
        TinyWalks.of(1)
            .with("s01/s01_01_sp.csv", TinyWalks.HEADER + "0,1,2,3,4,5,1657533977000,FLYING\n");

    assertThatThrownBy(() -> convert(walks, 0, 0))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessage(
            "%s/source/sensor/spsw_har_tiny.zip!s01/s01_01_sp.csv, row 1: label must be one of [SEATED, STANDING_UP, WALKING, TURNING, SITTING_DOWN], but was: 'FLYING'"
                .formatted(directory));
  }

  @Test
  void aReadingThatIsNoNumberIsRefusedByItsRow() {
    TinyWalks walks =
        TinyWalks.of(1)
            .with("s01/s01_01_sp.csv", TinyWalks.HEADER + "0,1,NaN,3,4,5,1657533977000,SEATED\n");

    assertThatThrownBy(() -> convert(walks, 0, 0))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageEndingWith("row 1: z_acc must be a finite number, but was: 'NaN'");
  }

  @Test
  void aMissingColumnIsRefusedByItsName() {
    TinyWalks walks = TinyWalks.of(1).with("s01/s01_01_sp.csv", "x_acc,y_acc\n1,2\n");

    assertThatThrownBy(() -> convert(walks, 0, 0))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageEndingWith("row 1: 'z_acc' is missing");
  }

  @Test
  void anArchiveWithoutWalksIsRefused() {
    TinyWalks walks = TinyWalks.of(0);

    assertThatThrownBy(() -> convert(walks, 0, 0))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessage(
            "no entry of %s/source/sensor/spsw_har_*.zip is named sNN_EE_sp.csv or sNN_EE_sw.csv"
                .formatted(directory));
  }
}
