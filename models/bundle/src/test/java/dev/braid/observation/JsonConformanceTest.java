package dev.braid.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.braid.DevelopmentData;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nicolas Seriot's JSONTestSuite: y_ must be accepted, n_ must be refused, i_ may be either. */
final class JsonConformanceTest {
  private static Map<String, byte[]> files = Map.of();

  /** Before each test, so that each is reported as skipped where the files are not there. */
  @BeforeEach
  void unzip() {
    files = files.isEmpty() ? DevelopmentData.unzip("conformance/jsontestsuite_train.zip") : files;
  }

  @Test
  void whatIsNotJsonIsNeverAnObservation() {
    assertThat(count("n_")).isGreaterThan(50);
    files.forEach(
        (name, bytes) -> {
          Throwable thrown = parse(bytes);
          assertThat(thrown).as(name).isInstanceOf(InvalidObservationException.class);
          assertThat(thrown.getMessage()).as(name).doesNotContainPattern("\\R");
        });
  }

  @Test
  void noMemberThatIsNotJsonIsEverPassedOver() {
    // What the suite refuses as a document, an observation refuses as the value of a member.
    files.forEach(
        (name, bytes) -> {
          Throwable thrown = parseAsMember(bytes);
          if (name.startsWith("n_") && !isJsonInsideAnObject(name)) {
            assertThat(thrown).as(name).isInstanceOf(InvalidObservationException.class);
          }
        });
  }

  @Test
  void whatIsJsonIsNeverCalledInvalidJson() {
    assertThat(count("y_")).isGreaterThan(30);
    files.forEach(
        (name, bytes) -> {
          if (name.startsWith("y_") && !name.contains("duplicated_key")) {
            assertThat(parse(bytes)).as(name).hasMessageNotContaining("not valid JSON");
            assertThat(parseAsMember(bytes)).as(name).isNull();
          }
        });
  }

  private static long count(String prefix) {
    return files.keySet().stream().filter(name -> name.startsWith(prefix)).count();
  }

  private static boolean isJsonInsideAnObject(String name) {
    // These close the object that is around them, or are cut off where that one goes on.
    return name.contains("trailing") || name.contains("unclosed") || name.contains("comma");
  }

  private static Throwable parse(byte[] bytes) {
    String line = new String(bytes, StandardCharsets.UTF_8);
    return catchThrowable(() -> ObservationJson.parse(line));
  }

  private static Throwable parseAsMember(byte[] bytes) {
    String line =
        "{\"id\":\"a\",\"entity\":\"b\",\"modality\":\"c\",\"time\":\"2026-01-01T00:00:00Z\","
            + "\"text\":\"d\",\"x\":"
            + new String(bytes, StandardCharsets.UTF_8)
            + "}";
    return catchThrowable(() -> ObservationJson.parse(line));
  }
}
