package dev.braid.pipelines.convert;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The archives of the smartphone and smartwatch data set (Matey-Sanz, Granell et al., GeoTec):
 * {@code sensor/spsw_har_*.zip} with {@code sNN/sNN_EE_sp.csv} (phone), {@code sNN/sNN_EE_sw.csv}
 * (watch) and {@code subjects_info.csv}.
 */
final class SpswArchive {
  private static final Pattern NAME = Pattern.compile("(?:.*/)?(s\\d+)_(\\d+)_(sp|sw)\\.csv");
  private static final CSVFormat CSV =
      CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
  private static final List<String> AXES =
      List.of("x_acc", "y_acc", "z_acc", "x_gyro", "y_gyro", "z_gyro");

  /** One walk of one subject, as both devices saw it. */
  record Execution(String subject, String number, MotionSeries phone, MotionSeries watch) {}

  private final Map<String, Map<String, MotionSeries>> series = new TreeMap<>();
  private final Map<String, Map<String, Object>> subjects = new LinkedHashMap<>();

  private SpswArchive() {}

  /**
   * Reads every archive below {@code source}.
   *
   * @throws InvalidSourceException if there is none or one is malformed
   */
  static SpswArchive read(Path source) {
    SpswArchive archive = new SpswArchive();
    for (Path file : SourceFiles.find(source, "sensor", "spsw_har_*.zip")) {
      try (ZipFile zip = new ZipFile(file.toFile())) {
        for (ZipEntry entry :
            zip.stream().sorted(Comparator.comparing(ZipEntry::getName)).toList()) {
          archive.read(zip, entry, file + "!" + entry.getName());
        }
      } catch (IOException e) {
        throw SourceFiles.unreadable(file, e);
      }
    }
    if (archive.series.isEmpty()) {
      throw new InvalidSourceException(
          "no entry of %s is named sNN_EE_sp.csv or sNN_EE_sw.csv"
              .formatted(source.resolve("sensor/spsw_har_*.zip")));
    }
    return archive;
  }

  private void read(ZipFile zip, ZipEntry entry, String where) throws IOException {
    Matcher name = NAME.matcher(entry.getName());
    if (name.matches()) {
      List<MotionSeries.Reading> readings = new ArrayList<>();
      for (CSVRecord row : rows(zip, entry)) {
        readings.add(reading(row, where));
      }
      if (readings.isEmpty()) {
        throw new InvalidSourceException(where + " has no readings");
      }
      series
          .computeIfAbsent(name.group(1) + "-" + name.group(2), key -> new TreeMap<>())
          .put(name.group(3), new MotionSeries(readings));
    } else if (entry.getName().endsWith("subjects_info.csv")) {
      for (CSVRecord row : rows(zip, entry)) {
        subjects.put(field(row, "subject_id", where), subject(row, where));
      }
    }
  }

  private static List<CSVRecord> rows(ZipFile zip, ZipEntry entry) throws IOException {
    try (Reader in = new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8);
        CSVParser rows = CSVParser.parse(in, CSV)) {
      return rows.getRecords();
    }
  }

  private static MotionSeries.Reading reading(CSVRecord row, String where) {
    float[] values = new float[MotionSeries.CHANNELS];
    for (int c = 0; c < values.length; c++) {
      values[c] = (float) number(row, AXES.get(c), where);
    }
    String label = field(row, "label", where);
    if (!SpswHar.ACTIVITIES.contains(label)) {
      throw new InvalidSourceException(
          "%s, row %d: label must be one of %s, but was: '%s'"
              .formatted(where, row.getRecordNumber(), SpswHar.ACTIVITIES, label));
    }
    return new MotionSeries.Reading((long) number(row, "timestamp", where), values, label);
  }

  private static Map<String, Object> subject(CSVRecord row, String where) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (String field : SpswHar.NUMERIC) {
      fields.put(field, number(row, field, where));
    }
    for (String field : SpswHar.CATEGORICAL) {
      fields.put(field, field(row, field, where));
    }
    return fields;
  }

  private static String field(CSVRecord row, String field, String where) {
    if (!row.isSet(field)) {
      throw new InvalidSourceException(
          "%s, row %d: '%s' is missing".formatted(where, row.getRecordNumber(), field));
    }
    return row.get(field);
  }

  private static double number(CSVRecord row, String field, String where) {
    String text = field(row, field, where);
    double number;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      number = Double.NaN;
    }
    if (!Double.isFinite(number)) {
      throw new InvalidSourceException(
          "%s, row %d: %s must be a finite number, but was: '%s'"
              .formatted(where, row.getRecordNumber(), field, text));
    }
    return number;
  }

  /** The executions that both devices recorded, by subject and number. */
  List<Execution> executions(ConversionReport.Tally tally) {
    List<Execution> executions = new ArrayList<>();
    series.forEach(
        (key, devices) -> {
          MotionSeries phone = devices.get("sp");
          MotionSeries watch = devices.get("sw");
          if (phone == null || watch == null) {
            tally.note(
                "execution %s is left out: one of the two devices is missing".formatted(key));
          } else {
            int dash = key.indexOf('-');
            executions.add(
                new Execution(key.substring(0, dash), key.substring(dash + 1), phone, watch));
          }
        });
    return executions;
  }

  /** The record of a subject; empty if the archive has none. */
  Map<String, Object> subject(String subject) {
    return subjects.getOrDefault(subject, Map.of());
  }
}
