package dev.braid.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ObservationJsonTest {
  private static final String NAMES = "\"id\":\"o1\",\"entity\":\"press-04\",\"modality\":\"log\"";
  private static final String TIME = "\"time\":\"2026-01-01T00:00:03.250Z\"";

  @Test
  void everyPayloadIsRead() throws Exception {
    assertThat(payload("\"text\":\"bearing noise\""))
        .isEqualTo(new Payload.Text("bearing noise", "text/plain"));
    assertThat(payload("\"contentType\":\"application/xml\",\"text\":\"<a/>\""))
        .isEqualTo(new Payload.Text("<a/>", "application/xml"));
    assertThat(payload("\"contentType\":\"image/jpeg\",\"uri\":\"blobs/17.jpg\""))
        .isEqualTo(new Payload.Reference("blobs/17.jpg", "image/jpeg"));
    Payload.Blob blob = (Payload.Blob) payload("\"base64\":\"AAH/\"");
    assertThat(blob.bytes()).containsExactly(0, 1, -1);
    assertThat(blob.contentType()).isEqualTo("application/octet-stream");
    Payload.Samples samples =
        (Payload.Samples) payload("\"rateHz\":50,\"values\":[[0.1,-2e3],[null,4]]");
    assertThat(samples.rateHz()).isEqualTo(50);
    assertThat(samples.channels()).isEqualTo(2);
    assertThat(samples.values()).containsExactly(0.1f, -2000f, Float.NaN, 4f);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("age", 12.0);
    fields.put("vendor", "A");
    fields.put("new", false);
    fields.put("owner", null);
    assertThat(payload("\"record\":{\"age\":12,\"vendor\":\"A\",\"new\":false,\"owner\":null}"))
        .isEqualTo(new Payload.Fields(fields));
  }

  @Test
  void namesAndTimeAreRead() throws Exception {
    assertThat(ObservationJson.parse("{" + NAMES + "," + TIME + ",\"text\":\"\"}"))
        .isEqualTo(
            Observation.of(
                "o1",
                "press-04",
                "log",
                Instant.parse("2026-01-01T00:00:03.250Z"),
                new Payload.Text("", "text/plain")));
  }

  @Test
  void theOrderOfTheMembersDoesNotMatter() throws Exception {
    assertThat(ObservationJson.parse("{\"text\":\"a\"," + TIME + "," + NAMES + "}"))
        .isEqualTo(ObservationJson.parse("{" + NAMES + "," + TIME + ",\"text\":\"a\"}"));
    Payload.Samples samples = (Payload.Samples) payload("\"values\":[[1]],\"rateHz\":2");
    assertThat(samples.rateHz()).isEqualTo(2);
  }

  @Test
  void aSingleChannelMayBeWrittenFlat() throws Exception {
    Payload.Samples samples = (Payload.Samples) payload("\"rateHz\":1,\"values\":[1,null,3]");
    assertThat(samples.channels()).isEqualTo(1);
    assertThat(samples.values()).containsExactly(1f, Float.NaN, 3f);
  }

  @Test
  void membersThatAreNotPartOfTheFormAreIgnored() throws Exception {
    assertThat(payload("\"deep\":{\"text\":[1,{\"id\":2}]},\"text\":\"a\",\"values\":null"))
        .isEqualTo(new Payload.Text("a", "text/plain"));
  }

  @Test
  void aByteOrderMarkIsIgnored() throws Exception {
    assertThat(ObservationJson.parse("\uFEFF{" + NAMES + "," + TIME + ",\"text\":\"a\"}").getId())
        .isEqualTo("o1");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-01T00:00:03.250Z,2026-01-01T00:00:03.250Z",
    "2026-01-01T01:00:03+01:00,2026-01-01T00:00:03Z",
    "2025-12-31T23:30-00:30,2026-01-01T00:00:00Z",
    "2026-01-01t00:00:00z,2026-01-01T00:00:00Z",
    "1969-12-31T23:59:59.9999Z,1969-12-31T23:59:59.999Z",
    "1900-02-28T00:00:00.0001Z,1900-02-28T00:00:00Z",
    "0001-01-01T00:00:00Z,0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z,9999-12-31T23:59:59.999Z",
    "2024-02-29T12:00:00Z,2024-02-29T12:00:00Z"
  })
  void aTimeIsAnInstantInWholeMilliseconds(String text, String expected) throws Exception {
    assertThat(
            ObservationJson.parse("{" + NAMES + ",\"time\":\"" + text + "\",\"text\":\"a\"}")
                .getTime())
        .isEqualTo(Instant.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z",
        "2023-02-29T00:00:00Z", "2016-12-31T23:59:60Z", "2026-01-01T24:00:00Z", "1767225603",
        "2026-01-01 00:00:00Z", "2026-01-01T00:00:00+19:00", "2026-01-01T00:00:00Z[Europe/Zurich]"
      })
  void aTimeThatIsNoneIsShown(String text) {
    assertThat(messageOf("{" + NAMES + ",\"time\":\"" + text + "\",\"text\":\"a\"}"))
        .isEqualTo(
            "'time' must be an ISO 8601 instant (2026-01-01T00:00:03.250Z), but was: '"
                + text
                + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000-12-31T23:59:59Z", "-0044-03-15T12:00:00Z", "+10000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+18:00", "+999999999-12-31T23:59:59-18:00"
      })
  void aTimeOutsideTheYears1To9999IsRefused(String text) {
    assertThat(messageOf("{" + NAMES + ",\"time\":\"" + text + "\",\"text\":\"a\"}"))
        .isEqualTo("'time' must lie in the years 1 to 9999, but was: '" + text + "'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|an observation must be a JSON object, but was: nothing",
        "` `|an observation must be a JSON object, but was: nothing",
        "null|an observation must be a JSON object, but was: null",
        "[1]|an observation must be a JSON object, but was: an array",
        "\"text\"|an observation must be a JSON object, but was: 'text'",
        "12|an observation must be a JSON object, but was: 12",
        "{}|'id' is missing",
        "{\"id\":null}|'id' is missing",
        "{\"id\":\"\"}|'id' must be a string of 1 to 1024 characters, but was: ''",
        "{\"id\":\" \"}|'id' must be a string of 1 to 1024 characters, but was: ' '",
        "{\"id\":7}|'id' must be a string of 1 to 1024 characters, but was: 7",
        "{\"id\":[]}|'id' must be a string of 1 to 1024 characters, but was: an array",
        "{\"id\":\"a\"}|'entity' is missing",
        "{\"id\":\"a\",\"entity\":\"b\"}|'modality' is missing",
        "{\"id\":\"a\",\"entity\":\"b\",\"modality\":true}|'modality' must be a string of 1 to 1024"
            + " characters, but was: true",
        "{\"id\":\"a\",\"entity\":\"b\",\"modality\":\"c\"}|'time' is missing",
        "{\"time\":5}|'time' must be a string of 1 to 1024 characters, but was: 5",
      })
  void aMemberThatIsMissingOrMalformedIsNamed(String line, String message) {
    assertThat(messageOf(line)).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"x\":1|exactly one of [text, base64, uri, values, record] is needed, but there was: none",
        "\"text\":null|exactly one of [text, base64, uri, values, record] is needed, but there was:"
            + " none",
        "\"text\":\"a\",\"uri\":\"b\"|exactly one of [text, base64, uri, values, record] is needed,"
            + " but there was: [text, uri]",
        "\"text\":1|'text' must be a string, but was: 1",
        "\"text\":{}|'text' must be a string, but was: an object",
        "\"text\":\"a\",\"contentType\":3|'contentType' must be a string of 1 to 1024 characters,"
            + " but was: 3",
        "\"uri\":\"\"|'uri' must be a string of 1 to 1024 characters, but was: ''",
        "\"base64\":1|'base64' must be a string, but was: 1",
        "\"base64\":\"A\"|'base64' is not Base64: Input byte[] should at least have 2 bytes for"
            + " base64 bytes",
        "\"base64\":\"AA AA\"|'base64' is not Base64: Illegal base64 character 20",
        "\"values\":[[1]]|'rateHz' is missing beside 'values'",
        "\"values\":[[1]],\"rateHz\":null|'rateHz' is missing beside 'values'",
        "\"values\":[[1]],\"rateHz\":0|'rateHz' must be a number above 0, but was: 0",
        "\"values\":[[1]],\"rateHz\":-5.5|'rateHz' must be a number above 0, but was: -5.5",
        "\"values\":[[1]],\"rateHz\":\"5\"|'rateHz' must be a number above 0, but was: '5'",
        "\"values\":[[1]],\"rateHz\":1e999|'rateHz' must be a number above 0, but was: 1e999",
        "\"rateHz\":1,\"values\":[]|'values' must be a non-empty array of samples, but was: []",
        "\"rateHz\":1,\"values\":{}|'values' must be a non-empty array of samples, but was: an"
            + " object",
        "\"rateHz\":1,\"values\":[[]]|'values' must hold samples of one length, but values[0] has 0"
            + " channels",
        "\"rateHz\":1,\"values\":[[1,2],[3]]|'values' must hold samples of one length, but"
            + " values[1] has 1 channels and values[0] has 2",
        "\"rateHz\":1,\"values\":[1,[2,3]]|'values' must hold samples of one length, but values[1]"
            + " has 2 channels and values[0] has 1",
        "\"rateHz\":1,\"values\":[[1],[\"x\"]]|'values' must hold numbers or null, but values[1]"
            + " holds: 'x'",
        "\"rateHz\":1,\"values\":[[[1]]]|'values' must hold numbers or null, but values[0] holds:"
            + " an array",
        "\"rateHz\":1,\"values\":[true]|'values' must hold numbers or null, but values[0] holds:"
            + " true",
        "\"rateHz\":1,\"values\":[0,1e999]|values[1] is out of the range of a float: 1e999",
        "\"rateHz\":1,\"values\":[[3.5e38]]|values[0] is out of the range of a float: 3.5e38",
        "\"record\":[]|'record' must be an object, but was: an array",
        "\"record\":{\"a\":{}}|'record' must be flat, but 'a' is an object",
        "\"record\":{\"a\":[1]}|'record' must be flat, but 'a' is an array",
        "\"record\":{\"a\":-1e999}|'record' must hold finite numbers, but 'a' was: -1e999",
      })
  void aPayloadThatIsMalformedIsShown(String payload, String message) {
    assertThat(messageOf("{" + NAMES + "," + TIME + "," + payload + "}")).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"values\":[[NaN]],\"rateHz\":1",
        "\"values\":[[Infinity]],\"rateHz\":1",
        "\"values\":[01],\"rateHz\":1",
        "\"text\":'a'",
        "\"text\":\"\t\"",
        "\"text\":\"\\x\"",
        "\"text\":\"a\",",
        "text:\"a\"",
        "\"text\":\"a\" // why",
        "\"text\":\"a\"]"
      })
  void whatJsonDoesNotAllowIsNotValidJson(String payload) {
    assertThat(messageOf("{" + NAMES + "," + TIME + "," + payload + "}"))
        .startsWith("not valid JSON: ")
        .contains("(column ");
  }

  @Test
  void aMemberGivenTwiceIsNotValid() {
    assertThat(messageOf("{\"id\":\"a\",\"id\":\"a\"}"))
        .isEqualTo("not valid JSON: Duplicate field 'id' (column 15)");
    assertThat(messageOf("{" + NAMES + "," + TIME + ",\"record\":{\"a\":1,\"a\":2}}"))
        .startsWith("not valid JSON: Duplicate field 'a'");
  }

  @Test
  void everyTruncatedLineIsRefused() {
    String line =
        "{" + NAMES + "," + TIME + ",\"rateHz\":50,\"values\":[[0.1,null],[2,3]],\"x\":{\"y\":[]}}";
    for (int length = 0; length < line.length(); length++) {
      String cut = line.substring(0, length);
      assertThat(catchThrowable(() -> ObservationJson.parse(cut)))
          .as(cut)
          .isInstanceOf(InvalidObservationException.class);
    }
  }

  @Test
  void twoObservationsInOneLineAreRefused() {
    String line = "{" + NAMES + "," + TIME + ",\"text\":\"a\"}";
    assertThat(messageOf(line + line))
        .isEqualTo("a line must hold one JSON object, but after it came: an object");
    assertThat(messageOf(line + "]")).startsWith("not valid JSON: ");
  }

  @Test
  void deepNestingIsRefusedBeforeItHurts() {
    assertThat(messageOf("{\"x\":" + "[".repeat(100_000)))
        .startsWith("not valid JSON: Depth (65) exceeds the maximum allowed nesting depth");
  }

  @Test
  void aNumberOfTooManyDigitsIsRefused() {
    assertThat(
            messageOf("{" + NAMES + "," + TIME + ",\"record\":{\"a\":" + "1".repeat(1_001) + "}}"))
        .startsWith("not valid JSON: Number length (1001) exceeds the maximum length (1000)");
  }

  @Test
  void aStringOfManyMegabytesIsRead() throws Exception {
    String text = "x".repeat(30_000_000);
    assertThat(payload("\"text\":\"" + text + "\""))
        .isEqualTo(new Payload.Text(text, "text/plain"));
  }

  @Test
  void messagesStayShortWhateverTheLineHolds() {
    String huge = "\\n\\u2028x".repeat(100_000);
    assertThat(messageOf("{\"id\":\"" + huge + "\"}")).hasSizeLessThan(200);
    assertThat(messageOf("{" + NAMES + "," + TIME + ",\"record\":{\"" + huge + "\":[]}}"))
        .hasSizeLessThan(200);
    assertThat(messageOf("{" + NAMES + ",\"time\":\"" + "9".repeat(1024) + "\",\"text\":\"a\"}"))
        .hasSizeLessThan(200);
  }

  @Test
  void namesMayHave1024CharactersAndNoMore() throws Exception {
    String name = "n".repeat(1024);
    assertThat(
            ObservationJson.parse(
                    "{"
                        + TIME
                        + ",\"id\":\""
                        + name
                        + "\",\"entity\":\"\uD83D\uDE00\","
                        + "\"modality\":\"m\",\"text\":\"a\"}")
                .getId())
        .isEqualTo(name);
    assertThat(messageOf("{\"id\":\"" + name + "n\"}"))
        .startsWith("'id' must be a string of 1 to 1024 characters, but was: 'nnn");
  }

  @Test
  void aNumberThatJsonHasNoFormForIsNotWritten() {
    Observation infinite =
        Observation.of(
            "a", "b", "c", Instant.EPOCH, Payload.Samples.of(1, new float[][] {{1f / 0f}}));
    assertThatThrownBy(() -> ObservationJson.format(infinite))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a number in JSON must be finite, but was: Infinity");
  }

  private static Payload payload(String members) throws InvalidObservationException {
    return ObservationJson.parse("{" + NAMES + "," + TIME + "," + members + "}").getPayload();
  }

  private static String messageOf(String line) {
    Throwable thrown = catchThrowable(() -> ObservationJson.parse(line == null ? "" : line));
    assertThat(thrown).isInstanceOf(InvalidObservationException.class);
    assertThat(thrown.getMessage()).doesNotContainPattern("\\R");
    return thrown.getMessage();
  }
}
