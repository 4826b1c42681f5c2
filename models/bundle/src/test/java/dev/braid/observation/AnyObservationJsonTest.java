package dev.braid.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class AnyObservationJsonTest {
  @Property(tries = 500)
  void anyObservationIsReadAsItWasWritten(@ForAll("observations") Observation observation)
      throws Exception {
    String line = ObservationJson.format(observation);
    assertThat(line).doesNotContain("\n", "\r");
    Observation read = ObservationJson.parse(line);
    assertThat(read.getId()).isEqualTo(observation.getId());
    assertThat(read.getEntity()).isEqualTo(observation.getEntity());
    assertThat(read.getModality()).isEqualTo(observation.getModality());
    assertThat(read.getTime()).isEqualTo(observation.getTime());
    assertThat(content(read.getPayload())).isEqualTo(content(observation.getPayload()));
  }

  /** A payload as something with an equals that looks into arrays. */
  private static Object content(Payload payload) {
    if (payload instanceof Payload.Blob blob) {
      return List.of(blob.contentType(), Arrays.toString(blob.bytes()));
    } else if (payload instanceof Payload.Samples samples) {
      return List.of(samples.rateHz(), samples.channels(), Arrays.toString(samples.values()));
    }
    return payload;
  }

  @Provide
  Arbitrary<Observation> observations() {
    Arbitrary<String> names =
        Arbitraries.strings().ofMinLength(1).ofMaxLength(20).filter(name -> !name.isBlank());
    Arbitrary<Instant> times =
        Arbitraries.longs()
            .between(
                Instant.parse("0001-01-01T00:00:00Z").toEpochMilli(),
                Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli())
            .map(Instant::ofEpochMilli);
    return Combinators.combine(names, names, names, times, payloads(names)).as(Observation::of);
  }

  private static Arbitrary<Payload> payloads(Arbitrary<String> names) {
    Arbitrary<String> text = Arbitraries.strings().ofMaxLength(50);
    Arbitrary<Payload> texts = Combinators.combine(text, names).as(Payload.Text::new);
    Arbitrary<Payload> blobs =
        Combinators.combine(Arbitraries.bytes().array(byte[].class).ofMaxSize(50), names)
            .as(Payload.Blob::new);
    Arbitrary<Payload> references = Combinators.combine(names, names).as(Payload.Reference::new);
    Arbitrary<Float> readings =
        Arbitraries.oneOf(
            Arbitraries.of(Float.NaN, Float.MIN_VALUE, Float.MAX_VALUE, -0f, 16777217f, 0.1f),
            Arbitraries.integers().map(Float::intBitsToFloat).filter(f -> !Float.isInfinite(f)));
    Arbitrary<Payload> samples =
        Combinators.combine(
                Arbitraries.integers().between(1, 20),
                Arbitraries.doubles().greaterThan(0).lessOrEqual(1e6))
            .flatAs(
                (channels, rate) ->
                    readings
                        .list()
                        .ofSize(channels)
                        .map(AnyObservationJsonTest::floats)
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(5)
                        .map(rows -> Payload.Samples.of(rate, rows.toArray(float[][]::new))));
    Arbitrary<Object> values =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(10),
            Arbitraries.of(true, false),
            Arbitraries.doubles(),
            Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite),
            Arbitraries.of(0.0, 1e308, 5e-324));
    Arbitrary<Payload> fields =
        Arbitraries.maps(Arbitraries.strings().ofMaxLength(10), values.injectNull(0.1))
            .ofMaxSize(6)
            .map(Payload.Fields::new);
    return Arbitraries.oneOf(List.of(texts, blobs, references, samples, fields));
  }

  private static float[] floats(List<Float> list) {
    float[] floats = new float[list.size()];
    Arrays.setAll(new double[floats.length], i -> floats[i] = list.get(i));
    return floats;
  }

  @Property(tries = 2_000)
  void anyLineIsAnObservationOrAnInvalidOne(@ForAll("almostLines") String line) {
    Throwable thrown = catchThrowable(() -> ObservationJson.parse(line));
    if (thrown != null) {
      assertThat(thrown).isInstanceOf(InvalidObservationException.class);
      assertThat(thrown.getMessage()).isNotBlank().doesNotContainPattern("\\R");
    }
  }

  @Provide
  Arbitrary<String> almostLines() {
    String line =
        "{"
            + "\"id\":\"o1\",\"entity\":\"press-04\",\"modality\":\"log\","
            + "\"time\":\"2026-01-01T00:00:03.250Z\""
            + ",\"rateHz\":50,\"values\":[[0.1,null],[2,3e1]],\"x\":{\"y\":[]}}";
    Arbitrary<String> pieces =
        Arbitraries.oneOf(
            Arbitraries.of(
                "",
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "\"",
                "\\",
                "\\u",
                "\n",
                "null",
                "1e9999",
                "-",
                "\"text\":",
                "\"record\":{\"a\":",
                "\uD800",
                "\u0000",
                "\u2028"),
            Arbitraries.strings().ofMaxLength(5));
    Arbitrary<Integer> places = Arbitraries.integers().between(0, line.length());
    return Combinators.combine(places, places, pieces)
        .as(
            (a, b, piece) ->
                line.substring(0, Math.min(a, b)) + piece + line.substring(Math.max(a, b)));
  }
}
