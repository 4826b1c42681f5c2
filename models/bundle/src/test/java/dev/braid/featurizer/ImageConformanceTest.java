package dev.braid.featurizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.braid.DevelopmentData;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Odd and broken images of PngSuite, TwelveMonkeys and others, with the verdict of Pillow. */
final class ImageConformanceTest {
  private static final ModalitySpec.Image SPEC = new ModalitySpec.Image(18, 12, 3, null);

  /** Rows by file: large pictures are decoded once for all tests. */
  private static final Map<String, float[]> ROWS = new HashMap<>();

  private static Map<String, byte[]> files = Map.of();

  /** Before each test, so that each is reported as skipped where the files are not there. */
  @BeforeEach
  void unzip() {
    files = files.isEmpty() ? DevelopmentData.unzip("conformance/images_train.zip") : files;
  }

  @Test
  void whateverPillowDecodesIsDecodedAndAllElseIsDecodedOrRefused() {
    List<String> missed = new ArrayList<>();
    int decoded = 0;
    for (String[] entry : index()) {
      try {
        float[] row = row(entry[0]);
        assertThat(row).as(entry[0]).hasSize(3 * 18 * 12);
        for (float value : row) {
          assertThat(value).as(entry[0]).isBetween(-1f, 1f);
        }
        decoded++;
      } catch (InvalidObservationException e) {
        assertThat(e.getMessage()).as(entry[0]).isNotBlank().doesNotContainPattern("\\R");
        if (entry[7].equals("1")) {
          missed.add(entry[0] + ": " + e.getMessage());
        }
      }
    }
    assertThat(missed).isEmpty();
    assertThat(decoded).isGreaterThan(150);
  }

  @Test
  void aPictureIsTurnedUprightHoweverTheCameraWasHeld() throws Exception {
    List<String> portraits =
        files.keySet().stream().filter(name -> name.startsWith("exif-orientation/")).toList();
    assertThat(portraits).hasSizeGreaterThan(5);
    float[] upright = row("exif-orientation/Portrait_1.jpg");
    for (String portrait : portraits) {
      assertThat(distance(row(portrait), upright)).as(portrait).isLessThan(0.02);
    }
  }

  @Test
  void aLargePictureThatIsCutOffIsGivenUpAtOnce() {
    byte[] whole = files.get("twelvemonkeys/webp/alpha_filter.webp");
    Payload cut = new Payload.Blob(Arrays.copyOf(whole, 13_481), "image/webp");
    assertTimeout(
        Duration.ofSeconds(15),
        () ->
            assertThatThrownBy(() -> new ImageFeaturizer(SPEC).featurize(cut))
                .isInstanceOf(InvalidObservationException.class)
                .hasMessageStartingWith("broken image of 'image/webp': java.io."));
  }

  @Test
  void theOrientationIsTheOneThatPillowReads() {
    for (String[] entry : index()) {
      boolean valid = entry[6].matches("[1-8]");
      assertThat(ExifOrientation.of(files.get(entry[0])))
          .as(entry[0])
          .isEqualTo(valid ? Integer.parseInt(entry[6]) : 1);
    }
  }

  private static List<String[]> index() {
    String index = new String(files.get("index.csv"), StandardCharsets.UTF_8);
    return index.lines().skip(1).map(line -> line.split(",", 9)).toList();
  }

  private static float[] row(String name) throws InvalidObservationException {
    float[] row = ROWS.get(name);
    if (row == null) {
      row =
          new ImageFeaturizer(SPEC)
              .featurize(new Payload.Blob(files.get(name), "image/*"))
              .floats(0);
      ROWS.put(name, row);
    }
    return row;
  }

  /** The mean difference of two pictures, 0 to 2. */
  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs(a[i] - b[i]);
    }
    return sum / a.length;
  }
}
