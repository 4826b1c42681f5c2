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

/**
 * A page of figures, charts and tables in one HTML file that needs no network: Apache ECharts is
 * inside. Sections appear in the order in which they are added; every text is escaped. Not safe for
 * several threads.
 */
public final class ReportPage {
  private static final String CHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String title;
  private final String subtitle;
  private final List<Map<String, Object>> sections = new ArrayList<>();
  private int charts;

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

  /** Adds a heading with a paragraph. */
  public ReportPage text(String heading, String text) {
    sections.add(Map.of("heading", heading, "text", text));
    return this;
  }

  /**
   * Adds a chart.
   *
   * @param caption what to see in it
   * @param option what ECharts calls the option: plain maps, lists, strings and numbers
   * @param height in pixels
   */
  public ReportPage chart(String heading, String caption, Map<String, ?> option, int height) {
    Map<String, Object> section = new HashMap<>();
    section.put("heading", heading);
    section.put("caption", caption);
    section.put(
        "chart", Map.of("id", "chart" + charts++, "option", script(option), "height", height));
    sections.add(section);
    return this;
  }

  /** Adds a table; every row has as many cells as the header. */
  public ReportPage table(String heading, List<String> header, List<List<String>> rows) {
    for (List<String> row : rows) {
      if (row.size() != header.size()) {
        throw new IllegalArgumentException(
            "a row of '%s' must have %d cells, but had: %d"
                .formatted(heading, header.size(), row.size()));
      }
    }
    sections.add(Map.of("heading", heading, "table", Map.of("header", header, "rows", rows)));
    return this;
  }

  /** The page as HTML. */
  public String toHtml() {
    Template template =
        Mustache.compiler().defaultValue("").compile(resource("/dev/braid/report/page.html"));
    return template.execute(
        Map.of(
            "title",
            title,
            "subtitle",
            subtitle,
            "sections",
            sections,
            "library",
            resource(CHARTS)));
  }

  /** Writes the page. */
  public void write(Path file) throws IOException {
    Files.writeString(file, toHtml());
  }

  /** JSON that may stand inside a script element. */
  private static String script(Map<String, ?> option) {
    try {
      return JSON.writeValueAsString(option).replace("<", "\\u003c");
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
