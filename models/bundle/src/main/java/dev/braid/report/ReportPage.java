package dev.braid.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A page of figures, charts and tables in one HTML file that needs no network, and whose content
 * security policy allows none: Apache ECharts is inside. It follows the reader's light or dark
 * setting. Sections appear in the order in which they are added; every text is escaped. Not safe
 * for several threads.
 */
public final class ReportPage {
  private static final String CHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A cell with more characters may be broken anywhere, so that the table fits. */
  private static final int LONG = 60;

  private static final Pattern NUMBER =
      Pattern.compile("[-+]?[\\d,]+(\\.\\d+)?( ?[%a-zµ]{1,3})?|–|");

  private final String title;
  private final String subtitle;
  private final List<Map<String, Object>> sections = new ArrayList<>();
  private int charts;
  private boolean half;

  /** One number that matters: what it is, its value, and what to make of it. */
  public record Figure(String name, String value, String note) {}

  /**
   * An empty page.
   *
   * @param subtitle one line below the title
   */
  public ReportPage(String title, String subtitle) {
    this.title = title;
    this.subtitle = subtitle;
  }

  /** Adds a row of figures. */
  public ReportPage figures(List<Figure> figures) {
    sections.add(Map.of("figures", figures));
    return this;
  }

  /** Lets the next section take half of the width, so that two of them stand side by side. */
  public ReportPage half() {
    half = true;
    return this;
  }

  /** Adds a heading with a paragraph. */
  public ReportPage text(String heading, String text) {
    return section(heading, Map.of("text", text));
  }

  /** Adds a heading with a paragraph and lines that a reader may copy, such as commands. */
  public ReportPage lines(String heading, String text, List<String> lines) {
    return section(heading, Map.of("text", text, "verbatim", String.join("\n", lines)));
  }

  /**
   * Adds a chart.
   *
   * @param caption what to see in it
   * @param option what ECharts calls the option: plain maps, lists, strings and numbers
   * @param height in pixels
   */
  public ReportPage chart(String heading, String caption, Map<String, ?> option, int height) {
    return chart(heading, caption, "option", option, height);
  }

  /** Adds bands over time, as high as their rows need. */
  public ReportPage bands(String heading, String caption, Bands bands) {
    return chart(heading, caption, "bands", bands.toData(), bands.height());
  }

  private ReportPage chart(
      String heading, String caption, String kind, Map<String, ?> data, int height) {
    return section(
        heading,
        Map.of(
            "text",
            caption,
            "chart",
            Map.of(
                "id", "chart" + charts++, "kind", kind, "data", script(data), "height", height)));
  }

  /** Adds a table; every row has as many cells as the header. */
  public ReportPage table(String heading, List<String> header, List<List<String>> rows) {
    return table(heading, "", header, rows);
  }

  /**
   * Adds a table; every row has as many cells as the header. Columns of numbers are set flush
   * right.
   *
   * @param caption what to see in it
   */
  public ReportPage table(
      String heading, String caption, List<String> header, List<List<String>> rows) {
    for (List<String> row : rows) {
      if (row.size() != header.size()) {
        throw new IllegalArgumentException(
            "a row of '%s' must have %d cells, but had: %d"
                .formatted(heading, header.size(), row.size()));
      }
    }
    List<List<Map<String, String>>> cells = new ArrayList<>();
    List<String> kinds = new ArrayList<>();
    for (int column = 0; column < header.size(); column++) {
      int at = column;
      kinds.add(kind(rows.stream().map(row -> row.get(at)).toList()));
    }
    for (List<String> row : rows) {
      cells.add(cells(row, kinds));
    }
    return section(
        heading,
        Map.of("text", caption, "table", Map.of("header", cells(header, kinds), "rows", cells)));
  }

  private ReportPage section(String heading, Map<String, ?> content) {
    Map<String, Object> section = new HashMap<>(content);
    section.put("section", true);
    section.put("heading", heading);
    section.put("width", half ? "half" : "");
    sections.add(section);
    half = false;
    return this;
  }

  private static String kind(List<String> column) {
    if (!column.isEmpty() && column.stream().allMatch(cell -> NUMBER.matcher(cell).matches())) {
      return "number";
    }
    return column.stream().anyMatch(cell -> cell.length() > LONG) ? "long" : "";
  }

  private static List<Map<String, String>> cells(List<String> row, List<String> kinds) {
    List<Map<String, String>> cells = new ArrayList<>();
    for (int column = 0; column < row.size(); column++) {
      cells.add(Map.of("text", row.get(column), "kind", kinds.get(column)));
    }
    return cells;
  }

  /** The page as HTML. */
  public String toHtml() {
    Template template =
        Mustache.compiler()
            .defaultValue("")
            .emptyStringIsFalse(true)
            .compile(resource("/dev/braid/report/page.html"));
    return template.execute(
        Map.of(
            "title",
            title,
            "subtitle",
            subtitle,
            "sections",
            sections,
            "library",
            resource(CHARTS),
            "script",
            resource("/dev/braid/report/page.js")));
  }

  /** Writes the page. */
  public void write(Path file) throws IOException {
    Files.writeString(file, toHtml());
  }

  /** JSON that may stand inside a script element. */
  private static String script(Map<String, ?> data) {
    try {
      return JSON.writeValueAsString(data).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
