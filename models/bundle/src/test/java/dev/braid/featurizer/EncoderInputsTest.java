package dev.braid.featurizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSignature;
import dev.braid.tensor.TensorSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EncoderInputsTest {
  private static final ModalitySpec COLOUR = new ModalitySpec.Image(8, 9, 3, null);
  private static final ModalitySpec GREY = new ModalitySpec.Image(8, 9, 1, null);
  private static final ModalitySpec SENSOR =
      new ModalitySpec.Sensor(2, 8, Duration.ofSeconds(1), null);
  private static final ModalitySpec ONE_CHANNEL =
      new ModalitySpec.Sensor(1, 8, Duration.ofSeconds(1), null);
  private static final ModalitySpec AUDIO =
      new ModalitySpec.Audio(8000, Duration.ofSeconds(1), null);
  private static final ModalitySpec RECORD =
      new ModalitySpec.Record(List.of("age"), List.of("vendor"), null);
  private static final ModalitySpec TEXT = new ModalitySpec.Text("en", null);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          colour | -1 3 8 9   | -1 3 8 9
          colour | -1 3 -1 -1 | -1 3 8 9
          colour | -1 8 9 3   | -1 8 9 3
          colour | -1 -1 -1 3 | -1 8 9 3
          grey   | -1 1 8 9   | -1 1 8 9
          grey   | -1 8 9 1   | -1 8 9 1
          grey   | -1 -1 -1   | -1 8 9
          sensor | -1 2 8     | -1 2 8
          sensor | -1 2 -1    | -1 2 8
          sensor | -1 3 8     | -1 3 8
          sensor | -1 8 2     | -1 8 2
          sensor | -1 -1 3    | -1 8 3
          single | -1 8       | -1 8
          single | -1 1 8     | -1 1 8
          audio  | -1 8000    | -1 8000
          audio  | -1 -1      | -1 8000
          audio  | -1 1 8000  | -1 1 8000
          audio  | -1 -1 1    | -1 8000 1
          record | -1 4       | -1 4
          record | -1 -1      | -1 4
          """)
  void theLayoutIsReadOffTheDeclaredShape(String kind, String declared, String expected) {
    Featurizer arranged =
        EncoderInputs.arrange(spec(kind), plain(spec(kind)), List.of(floats(declared)));
    assertThat(arranged.inputs())
        .containsExactly(new TensorSpec("x", TensorSpec.Type.FLOAT, shape(expected)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          colour | 1 3 8 9     | the first dimension of its input 'x' FLOAT [1, 3, 8, 9] must be the batch and open; export it with a dynamic first dimension
          colour | -1 -1 -1 -1 | its input 'x' FLOAT [-1, -1, -1, -1] may mean [-1, 3, 8, 9] or [-1, 8, 9, 3]; export it with its channel dimension fixed
          colour | -1 3 9 8    | it must have one input, FLOAT [-1, 3, 8, 9] or [-1, 8, 9, 3], but has: 'x' FLOAT [-1, 3, 9, 8]
          colour | -1 216      | it must have one input, FLOAT [-1, 3, 8, 9] or [-1, 8, 9, 3], but has: 'x' FLOAT [-1, 216]
          sensor | -1 -1 8     | its input 'x' FLOAT [-1, -1, 8] may mean [-1, 2, 8] or [-1, 3, 8]; export it with its channel dimension fixed
          record | -1 5        | it must have one input, FLOAT [-1, 4], but has: 'x' FLOAT [-1, 5]
          """)
  void whatFitsNotOrTwiceIsRefused(String kind, String declared, String message) {
    assertRefused(kind, message, floats(declared));
  }

  @Test
  void otherTypesAndNumbersOfInputsAreRefused() {
    assertRefused(
        "record",
        "it must have one input, FLOAT [-1, 4], but has: 'x' DOUBLE [-1, 4]",
        new TensorSignature("x", "DOUBLE", List.of(-1L, 4L)));
    assertRefused(
        "record",
        "it must have one input, FLOAT [-1, 4], but has: 'x' FLOAT [-1, 4], 'x' FLOAT [-1, 4]",
        floats("-1 4"),
        floats("-1 4"));
    assertRefused("record", "it must have one input, FLOAT [-1, 4], but has: none");
    assertRefused(
        "text",
        "it must have two inputs, INT64 [-1, -1] (terms) and FLOAT [-1, -1] (weights), but has:"
            + " 'x' FLOAT [-1, -1]",
        floats("-1 -1"));
  }

  @Test
  void channelsLastIsTheSamePicturePixelByPixel() throws Exception {
    Featurizer plain = rows(COLOUR, 3 * 8 * 9);
    float[] last =
        EncoderInputs.arrange(COLOUR, plain, List.of(floats("-1 8 9 3")))
            .featurize(new Payload.Text("", ""))
            .floats(0);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 9; x++) {
        for (int c = 0; c < 3; c++) {
          assertThat(last[(y * 9 + x) * 3 + c]).isEqualTo(c * 72 + y * 9 + x);
        }
      }
    }
  }

  @Test
  void aSensorIsGivenWithOrWithoutWhatWasMeasured() throws Exception {
    Featurizer plain = rows(SENSOR, 3 * 8);
    assertThat(row(SENSOR, plain, "-1 2 8")).hasSize(16).startsWith(0, 1).endsWith(14, 15);
    assertThat(row(SENSOR, plain, "-1 3 8")).hasSize(24).startsWith(0, 1).endsWith(22, 23);
    assertThat(row(SENSOR, plain, "-1 8 2")).hasSize(16).startsWith(0, 8, 1, 9).endsWith(7, 15);
    assertThat(row(SENSOR, plain, "-1 8 3")).hasSize(24).startsWith(0, 8, 16).endsWith(7, 15, 23);
    assertThat(row(ONE_CHANNEL, rows(ONE_CHANNEL, 16), "-1 8"))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void theInputsOfATextAreToldApartByType() throws Exception {
    Featurizer plain = plain(TEXT);
    Featurizer arranged =
        EncoderInputs.arrange(
            TEXT,
            plain,
            List.of(
                new TensorSignature("tfidf", "FLOAT", List.of(-1L, -1L)),
                new TensorSignature("ids", "INT64", List.of(-1L, -1L))));
    assertThat(arranged.inputs())
        .containsExactly(
            TensorSpec.longs("ids", TensorSpec.ANY), TensorSpec.floats("tfidf", TensorSpec.ANY));
    TensorRow row = arranged.featurize(new Payload.Text("leak", "text/plain"));
    assertThat(row.longs(0)).containsExactly(1);
    assertThat(row.floats(1)).containsExactly(1f);
    assertThat(arranged.state()).isSameAs(plain.state());
  }

  private static void assertRefused(String kind, String message, TensorSignature... declared) {
    Featurizer plain = plain(spec(kind));
    assertThatThrownBy(() -> EncoderInputs.arrange(spec(kind), plain, List.of(declared)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static float[] row(ModalitySpec spec, Featurizer plain, String declared)
      throws Exception {
    return EncoderInputs.arrange(spec, plain, List.of(floats(declared)))
        .featurize(new Payload.Text("", ""))
        .floats(0);
  }

  /** A featurizer whose every row counts from 0. */
  private static Featurizer rows(ModalitySpec spec, int length) {
    Featurizer plain = plain(spec);
    return new Featurizer() {
      @Override
      public List<TensorSpec> inputs() {
        return plain.inputs();
      }

      @Override
      public TensorRow featurize(Payload payload) {
        float[] row = new float[length];
        for (int i = 0; i < length; i++) {
          row[i] = i;
        }
        return TensorRow.of((Object) row);
      }

      @Override
      public Object state() {
        return plain.state();
      }
    };
  }

  private static Featurizer plain(ModalitySpec spec) {
    String state =
        switch (spec.kind()) {
          case "text" -> "{\"terms\":[\"pump\",\"leak\"],\"idf\":[1,1]}";
          case "sensor" ->
              ((ModalitySpec.Sensor) spec).channels() == 1
                  ? "{\"mean\":[0],\"deviation\":[1]}"
                  : "{\"mean\":[0,0],\"deviation\":[1,1]}";
          case "record" -> "{\"mean\":[0],\"deviation\":[1],\"categories\":{\"vendor\":[\"A\"]}}";
          default -> "{}";
        };
    return Featurizers.restore(spec, state);
  }

  private static ModalitySpec spec(String kind) {
    return Objects.requireNonNull(
        Map.of(
                "colour", COLOUR,
                "grey", GREY,
                "sensor", SENSOR,
                "single", ONE_CHANNEL,
                "audio", AUDIO,
                "record", RECORD,
                "text", TEXT)
            .get(kind));
  }

  private static TensorSignature floats(String shape) {
    return new TensorSignature("x", "FLOAT", shape(shape));
  }

  private static List<Long> shape(String shape) {
    return Arrays.stream(shape.split(" ")).map(Long::valueOf).toList();
  }
}
