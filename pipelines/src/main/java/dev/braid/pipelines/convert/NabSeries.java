package dev.braid.pipelines.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * One series of {@code sensor/nab_*.zip}: {@code data/<folder>/<name>.csv} with {@code
 * timestamp,value}, and its labelled windows in {@code labels/combined_windows.json}.
 *
 * @param begin the time of the first reading, as the source has it
 * @param values in the order of the file
 * @param anomalies the labelled windows as readings
 */
record NabSeries(String name, LocalDateTime begin, double[] values, List<Range> anomalies) {
  private static final Pattern NAME = Pattern.compile("data/([^/]+/([^/]+)\\.csv)");
  private static final String LABELS = "labels/combined_windows.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final CSVFormat CSV =
      CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();

  /** Readings from {@code from} (inclusive) to {@code to} (exclusive). */
  record Range(int from, int to) {}

  /**
   * The share of a series that is known to hold no anomaly, and the most readings that it may have
   * (Lavin and Ahmad, Evaluating Real-Time Anomaly Detection Algorithms, ICMLA 2015).
   */
  private static final double PROBATION = 0.15;

  private static final int LONGEST_PROBATION = 750;

  /** Readings at the beginning that detectors may learn from. */
  int probation() {
    return (int) Math.min(LONGEST_PROBATION, PROBATION * values.length);
  }

  /**
   * Every series of every archive below {@code source}, by name.
   *
   * @throws InvalidSourceException if there is none or one is malformed
   */
  static List<NabSeries> read(Path source) {
    List<NabSeries> all = new ArrayList<>();
    for (Path file : SourceFiles.find(source, "sensor", "nab_*.zip")) {
      try (ZipFile zip = new ZipFile(file.toFile())) {
        JsonNode labels = labels(zip, file);
        for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
          Matcher name = NAME.matcher(entry.getName());
          if (name.matches()) {
            all.add(
                read(
                    zip,
                    entry,
                    name.group(2),
                    labels.path(name.group(1)),
                    file + "!" + entry.getName()));
          }
        }
      } catch (IOException e) {
        throw SourceFiles.unreadable(file, e);
      }
    }
    if (all.isEmpty()) {
      throw new InvalidSourceException(
          "no entry of %s is named data/<folder>/<name>.csv"
              .formatted(source.resolve("sensor/nab_*.zip")));
    }
    all.sort(java.util.Comparator.comparing(NabSeries::name));
    return all;
  }

  private static JsonNode labels(ZipFile zip, Path file) throws IOException {
    ZipEntry entry = zip.getEntry(LABELS);
    if (entry == null) {
      throw new InvalidSourceException("%s has no entry %s".formatted(file, LABELS));
    }
    return JSON.readTree(zip.getInputStream(entry));
  }

  private static NabSeries read(
      ZipFile zip, ZipEntry entry, String name, JsonNode windows, String where) throws IOException {
    if (!windows.isArray()) {
      throw new InvalidSourceException("%s: %s does not name it".formatted(where, LABELS));
    }
    List<LocalDateTime> times = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    try (Reader in = new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8);
        CSVParser rows = CSVParser.parse(in, CSV)) {
      for (CSVRecord row : rows) {
        String at = "%s, row %d".formatted(where, row.getRecordNumber());
        LocalDateTime time = time(field(row, "timestamp", at), at);
        if (!times.isEmpty() && time.isBefore(times.get(times.size() - 1))) {
          throw new InvalidSourceException(at + ": the time is before that of the row above");
        }
        times.add(time);
        values.add(number(field(row, "value", at), at));
      }
    }
    if (times.isEmpty()) {
      throw new InvalidSourceException(where + " has no readings");
    }
    List<Range> anomalies = new ArrayList<>();
    for (JsonNode window : windows) {
      LocalDateTime begin = time(window.path(0).asText(), where);
      LocalDateTime end = time(window.path(1).asText(), where);
      anomalies.add(
          new Range(
              (int) times.stream().filter(time -> time.isBefore(begin)).count(),
              (int) times.stream().filter(time -> !time.isAfter(end)).count()));
    }
    return new NabSeries(
        name,
        times.get(0),
        values.stream().mapToDouble(Double::doubleValue).toArray(),
        List.copyOf(anomalies));
  }

  private static String field(CSVRecord row, String field, String where) {
    if (!row.isSet(field)) {
      throw new InvalidSourceException("%s: '%s' is missing".formatted(where, field));
    }
    return row.get(field);
  }

  private static LocalDateTime time(String text, String where) {
    try {
      return LocalDateTime.parse(text.replace(' ', 'T'));
    } catch (DateTimeException e) {
      throw new InvalidSourceException("%s: '%s' is no time".formatted(where, text), e);
    }
  }

  private static double number(String text, String where) {
    double number;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      number = Double.NaN;
    }
    if (!Double.isFinite(number)) {
      throw new InvalidSourceException(
          "%s: value must be a finite number, but was: '%s'".formatted(where, text));
    }
    return number;
  }
}
