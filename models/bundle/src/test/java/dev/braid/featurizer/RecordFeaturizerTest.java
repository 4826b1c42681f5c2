package dev.braid.featurizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RecordFeaturizerTest {
  private static final ModalitySpec.Record SPEC =
      new ModalitySpec.Record(List.of("age", "load"), List.of("vendor", "new"), null);

  @Test
  void aRecordIsZScoresAndOnePlaceForEachKnownValueAndOneForOthers() throws Exception {
    // age: mean 3, deviation 1 (2 and 4). load: constant, so deviation 1. B is the more frequent.
    RecordFeaturizer featurizer =
        fit(
            record("age", 2.0, "load", 5.0, "vendor", "B", "new", true),
            record("age", 4.0, "load", 5.0, "vendor", "B"),
            record("vendor", "A"));
    assertThat(featurizer.state().categories())
        .containsExactly(Map.entry("vendor", List.of("B", "A")), Map.entry("new", List.of("true")));
    assertThat(featurizer.inputs().get(0).stride()).isEqualTo(2 * 2 + 3 + 2);

    assertThat(row(featurizer, record("age", 5.0, "load", 4.0, "vendor", "A", "new", true)))
        .containsExactly(2, 1, -1, 1, 0, 1, 0, 1, 0);
    assertThat(row(featurizer, record("age", 3.0, "vendor", "Z", "new", false, "colour", "red")))
        .containsExactly(0, 1, 0, 0, 0, 0, 1, 0, 1);
    assertThat(row(featurizer, record("age", null, "vendor", null)))
        .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void aScoreIsCutAtTenDeviations() throws Exception {
    RecordFeaturizer featurizer = fit(record("age", 2.0), record("age", 4.0));
    assertThat(row(featurizer, record("age", 1e30))[0]).isEqualTo(10f);
    assertThat(row(featurizer, record("age", -1e30))[0]).isEqualTo(-10f);
  }

  @Test
  void aVerySmallSpreadStillCounts() throws Exception {
    RecordFeaturizer featurizer = fit(record("age", 2e-12), record("age", 4e-12));
    assertThat(row(featurizer, record("age", 4e-12))[0]).isEqualTo(1f);
    // The rounding of a sum is no spread.
    RecordFeaturizer constant = fit(record("age", 0.1), record("age", 0.1), record("age", 0.1));
    assertThat(constant.state().deviation()[0]).isEqualTo(1);
  }

  @Test
  void ofManyValuesThe256MostFrequentAreKnown() throws Exception {
    List<Payload> records = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      records.add(record("vendor", "v%03d".formatted(i)));
    }
    records.add(record("vendor", "v299"));
    RecordFeaturizer featurizer = fit(records.toArray(Payload[]::new));
    List<String> known = featurizer.state().categories().get("vendor");
    assertThat(known).hasSize(256).startsWith("v299", "v000").endsWith("v254");
  }

  @Test
  void aNumberOfTheWrongTypeOrRangeIsNamed() throws Exception {
    RecordFeaturizer featurizer = fit(record("age", 1.0));
    assertThatThrownBy(() -> row(featurizer, record("age", "old")))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("field 'age' must be a number in the range of a float, but was: 'old'");
    assertThatThrownBy(() -> row(featurizer, record("age", true))).hasMessageContaining("'true'");
    assertThatThrownBy(() -> row(featurizer, record("age", Double.NaN)))
        .hasMessageContaining("'NaN'");
    assertThatThrownBy(() -> row(featurizer, record("age", 1e39))).hasMessageContaining("'1.0E39'");
    assertThatThrownBy(() -> row(featurizer, record("age", "x\n".repeat(1000))))
        .hasMessageNotContaining("\n")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(160));
  }

  @Test
  void anotherPayloadIsRefused() throws Exception {
    RecordFeaturizer featurizer = fit(record("age", 1.0));
    assertThatThrownBy(() -> featurizer.featurize(new Payload.Text("a", "text/plain")))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("needs a 'record', but the observation holds 'text'");
  }

  @Test
  void statisticsOfOtherFieldsAreRefused() {
    assertThatThrownBy(
            () ->
                new RecordFeaturizer(
                    SPEC, new RecordFeaturizer.State(new double[] {0}, new double[] {1}, Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("statistics must be of 2 fields, but were of: 1");
  }

  private static RecordFeaturizer fit(Payload... records) throws InvalidObservationException {
    return (RecordFeaturizer) Featurizers.fit(SPEC, List.of(records));
  }

  private static float[] row(RecordFeaturizer featurizer, Payload record)
      throws InvalidObservationException {
    return featurizer.featurize(record).floats(0);
  }

  private static Payload record(Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Payload.Fields(fields);
  }
}
