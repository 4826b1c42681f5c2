package dev.braid.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportPageTest {
  private static final String EVIL = "</script><b>\"'&";
  private static final String ESCAPED = "&lt;/script&gt;&lt;b&gt;&quot;&#39;&amp;";

  @Test
  void everyTextIsEscaped() {
    String html =
        new ReportPage(EVIL, EVIL)
            .figures(List.of(new ReportPage.Figure(EVIL, EVIL, EVIL)))
            .text(EVIL, EVIL)
            .lines(EVIL, EVIL, List.of(EVIL))
            .chart(EVIL, EVIL, Map.of(), 10)
            .table(EVIL, EVIL, List.of(EVIL), List.of(List.of(EVIL)))
            .toHtml();

    String own = withoutLibrary(html);
    assertThat(own).doesNotContain("</script><b>", "<b>\"");
    // Title and subtitle, a figure, a text, lines, a chart with its label, and a table.
    assertThat(count(own, ESCAPED)).isEqualTo(3 + 3 + 2 + 3 + 3 + 4);
    assertThat(count(own, "</script>")).isEqualTo(count(own, "<script"));
  }

  @Test
  void chartDataCannotEndItsScriptElementAndStaysWhatItWas() throws Exception {
    String html = new ReportPage("t", "s").chart("h", "c", Map.of("name", EVIL), 10).toHtml();

    JsonNode data = chartData(html);
    assertThat(data.get("name").textValue()).isEqualTo(EVIL);
  }

  @Test
  void bandsAreHandedToThePageByRowLaneTimeAndKind() throws Exception {
    Instant begin = Instant.parse("2026-01-01T00:00:00Z");
    Bands bands =
        new Bands(
            List.of("press-00"),
            List.of("truth", "prediction"),
            Map.of("leak", "#fff"),
            List.of(new Bands.Span(0, 1, begin, begin.plusSeconds(5), "leak", "note")));

    JsonNode data = chartData(new ReportPage("t", "s").bands("h", "c", bands).toHtml());

    assertThat(data.get("spans").toString())
        .isEqualTo("[[0,1,1767225600000,1767225605000,\"leak\",\"note\"]]");
    assertThat(data.get("rows").toString()).isEqualTo("[\"press-00\"]");
    assertThat(data.get("lanes").toString()).isEqualTo("[\"truth\",\"prediction\"]");
    assertThat(data.get("colours").toString()).isEqualTo("{\"leak\":\"#fff\"}");
  }

  @Test
  void aSpanOfAnUnknownKindIsRefused() {
    Bands.Span span = new Bands.Span(0, 0, Instant.EPOCH, Instant.EPOCH, "rust", "");

    assertThatThrownBy(
            () -> new Bands(List.of("a"), List.of("b"), Map.of("leak", "red"), List.of(span)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no row, lane or kind for Span");
  }

  @Test
  void thePageFetchesNothingAndForbidsIt() {
    String html =
        new ReportPage("t", "s")
            .figures(List.of(new ReportPage.Figure("a", "1", "b")))
            .chart("h", "c", Map.of("series", List.of()), 100)
            .table("h", List.of("a"), List.of(List.of("1")))
            .toHtml();

    assertThat(withoutLibrary(html))
        .doesNotContainPattern("(?i)https?:|\\bsrc\\s*=|\\bhref\\s*=|url\\(|@import|\\bimport\\b")
        .contains("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';");
  }

  @Test
  void theChartLibraryIsInside() {
    String html = new ReportPage("t", "s").toHtml();

    assertThat(html)
        .contains("Licensed to the Apache Software Foundation", "echarts.registerTheme");
    assertThat(html.length()).isGreaterThan(1_000_000);
  }

  @Test
  void columnsOfNumbersAreFlushRightAndLongTextMayBreakAnywhere() {
    String html =
        new ReportPage("t", "s")
            .table(
                "h",
                List.of("name", "share", "input"),
                List.of(List.of("a", "12.5 %", "x".repeat(61)), List.of("b", "–", "y")))
            .toHtml();

    assertThat(html)
        .contains(
            "<th class=\"\">name</th><th class=\"number\">share</th><th class=\"long\">input</th>",
            "<td class=\"\">b</td><td class=\"number\">–</td><td class=\"long\">y</td>");
  }

  @Test
  void onlyTheNextSectionTakesHalfOfTheWidth() {
    String html = new ReportPage("t", "s").half().text("a", "1").text("b", "2").toHtml();

    assertThat(html)
        .containsSubsequence(
            "<section class=\"half\">", "<h2>a</h2>", "<section class=\"\">", "<h2>b</h2>");
  }

  @Test
  void aRowThatDoesNotFitItsHeaderIsRefused() {
    assertThatThrownBy(
            () -> new ReportPage("t", "s").table("h", List.of("a", "b"), List.of(List.of("1"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row of 'h' must have 2 cells, but had: 1");
  }

  @Test
  void theFileIsThePage(@TempDir Path directory) throws Exception {
    ReportPage page = new ReportPage("t", "s").text("Größe", "µ");

    page.write(directory.resolve("report.html"));

    assertThat(Files.readString(directory.resolve("report.html"))).isEqualTo(page.toHtml());
  }

  private static JsonNode chartData(String html) throws Exception {
    Matcher script =
        Pattern.compile("<script type=\"application/json\"[^>]*>(.*?)</script>", Pattern.DOTALL)
            .matcher(html);
    assertThat(script.find()).isTrue();
    return new ObjectMapper().readTree(script.group(1));
  }

  /** ECharts names XML namespaces and its licence, which nothing fetches. */
  private static String withoutLibrary(String html) {
    int begin = html.indexOf("<script>");
    int end = html.indexOf("</script>", begin);
    assertThat(end - begin).isGreaterThan(1_000_000);
    return html.substring(0, begin + "<script>".length()) + html.substring(end);
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
