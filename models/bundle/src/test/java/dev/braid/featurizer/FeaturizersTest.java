package dev.braid.featurizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FeaturizersTest {
  static Stream<Arguments> fitted() {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("age", 0.1);
    record.put("vendor", "Zürich\n\"\u2028");
    Map<String, Object> empty = new LinkedHashMap<>();
    empty.put("age", null);
    return Stream.of(
        Arguments.of(
            new ModalitySpec.Text("en", null),
            List.of(
                new Payload.Text("Leaking pumps, \"loud\"", "text/plain"),
                new Payload.Text("油 leak ünïcode", "text/plain"))),
        Arguments.of(
            new ModalitySpec.Sensor(2, 5, Duration.ofSeconds(2), null),
            List.of(
                Payload.Samples.of(5, new float[][] {{0.1f, Float.NaN}, {1e-30f, 3}}),
                Payload.Samples.of(7, new float[][] {{1, 2}, {3, 1e30f}}))),
        Arguments.of(
            new ModalitySpec.Record(List.of("age"), List.of("vendor"), null),
            List.of(new Payload.Fields(record), new Payload.Fields(empty))));
  }

  @ParameterizedTest
  @MethodSource("fitted")
  void aRestoredFeaturizerGivesTheSameRowsBitByBit(ModalitySpec spec, List<Payload> payloads)
      throws Exception {
    Featurizer featurizer = Featurizers.fit(spec, payloads);
    Featurizer restored = Featurizers.restore(spec, Featurizers.toJson(featurizer));
    assertThat(restored.inputs()).isEqualTo(featurizer.inputs());
    assertThat(Featurizers.toJson(restored)).isEqualTo(Featurizers.toJson(featurizer));
    for (Payload payload : payloads) {
      TensorRow row = featurizer.featurize(payload);
      row.check(featurizer.inputs());
      assertThat(content(restored.featurize(payload))).isEqualTo(content(row));
    }
  }

  @Test
  void whatIsNotFittedHasAnEmptyState() throws Exception {
    ModalitySpec image = new ModalitySpec.Image(8, 8, null, null);
    ModalitySpec audio = new ModalitySpec.Audio(null, Duration.ofSeconds(1), null);
    for (ModalitySpec spec : List.of(image, audio)) {
      Featurizer featurizer = Featurizers.fit(spec, List.of());
      assertThat(Featurizers.toJson(featurizer)).isEqualTo("{}");
      assertThat(Featurizers.restore(spec, "{}").inputs()).isEqualTo(featurizer.inputs());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{\"mean\":[1]}",
        "{\"terms\":[]}",
        "{} {}",
        "{\"mean\":null,\"deviation\":null}",
        "{\"other\":1}"
      })
  void whatIsNotAStateIsRefusedOnOneLine(String json) {
    for (ModalitySpec spec :
        List.of(
            new ModalitySpec.Text(null, null),
            new ModalitySpec.Sensor(1, 8, Duration.ofSeconds(1), null),
            new ModalitySpec.Record(List.of("a"), List.of(), null),
            new ModalitySpec.Image(8, 8, 1, null),
            new ModalitySpec.Audio(null, Duration.ofSeconds(1), null))) {
      assertThatThrownBy(() -> Featurizers.restore(spec, json))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("not a featurizer's state: ")
          .hasMessageNotContaining("\n");
    }
  }

  private static String content(TensorRow row) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      all.append(row.isFloats(i) ? Arrays.toString(row.floats(i)) : Arrays.toString(row.longs(i)));
    }
    return all.toString();
  }
}
