package dev.braid.pipelines.convert;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One line of {@code record/KDDTrain+*.txt.gz}: 41 features, the name of the attack or {@code
 * normal}, and how many of 21 learners got it right, which is left out.
 *
 * @param fields by name; of a duration and of bytes it is ln(1 + x), since they span nine orders of
 *     magnitude
 */
record NslKddRow(Map<String, Object> fields, String category) {
  static final List<String> CATEGORIES = List.of("normal", "dos", "probe", "r2l", "u2r");
  static final List<String> CATEGORICAL = List.of("protocol_type", "service", "flag");

  private static final Set<String> LOGARITHMIC = Set.of("duration", "src_bytes", "dst_bytes");
  private static final List<String> FIELDS =
      words(
          """
          duration protocol_type service flag src_bytes dst_bytes land wrong_fragment urgent hot
          num_failed_logins logged_in num_compromised root_shell su_attempted num_root
          num_file_creations num_shells num_access_files num_outbound_cmds is_host_login
          is_guest_login count srv_count serror_rate srv_serror_rate rerror_rate srv_rerror_rate
          same_srv_rate diff_srv_rate srv_diff_host_rate dst_host_count dst_host_srv_count
          dst_host_same_srv_rate dst_host_diff_srv_rate dst_host_same_src_port_rate
          dst_host_srv_diff_host_rate dst_host_serror_rate dst_host_srv_serror_rate
          dst_host_rerror_rate dst_host_srv_rerror_rate""");
  private static final int COLUMNS = FIELDS.size() + 2;

  private static final Map<String, String> ATTACKS = attacks();

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+"));
  }

  /** The category of every attack that the data set's files name. */
  private static Map<String, String> attacks() {
    Map<String, String> attacks = new HashMap<>();
    attacks.put("normal", "normal");
    words("apache2 back land mailbomb neptune pod processtable smurf teardrop udpstorm worm")
        .forEach(attack -> attacks.put(attack, "dos"));
    words("ipsweep mscan nmap portsweep saint satan")
        .forEach(attack -> attacks.put(attack, "probe"));
    words(
            """
            ftp_write guess_passwd httptunnel imap multihop named phf sendmail snmpgetattack
            snmpguess spy warezclient warezmaster xlock xsnoop""")
        .forEach(attack -> attacks.put(attack, "r2l"));
    words("buffer_overflow loadmodule perl ps rootkit sqlattack xterm")
        .forEach(attack -> attacks.put(attack, "u2r"));
    return Map.copyOf(attacks);
  }

  static List<String> numericFields() {
    return FIELDS.stream().filter(field -> !CATEGORICAL.contains(field)).toList();
  }

  /**
   * Every row of the training files below {@code source}, in their order.
   *
   * @throws InvalidSourceException if there is none or one is malformed
   */
  static List<NslKddRow> read(Path source) {
    List<NslKddRow> rows = new ArrayList<>();
    for (Path file : SourceFiles.find(source, "record", "KDDTrain+*.txt.gz")) {
      SourceFiles.lines(
          file, StandardCharsets.US_ASCII, (line, where) -> rows.add(parse(line, where)));
    }
    return rows;
  }

  private static NslKddRow parse(String line, String where) {
    String[] columns = line.split(",", -1);
    if (columns.length != COLUMNS) {
      throw new InvalidSourceException(
          "%s: a connection must have %d columns, but had: %d"
              .formatted(where, COLUMNS, columns.length));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < FIELDS.size(); i++) {
      String field = FIELDS.get(i);
      fields.put(
          field, CATEGORICAL.contains(field) ? columns[i] : number(field, columns[i], where));
    }
    String category = ATTACKS.get(columns[FIELDS.size()]);
    if (category == null) {
      throw new InvalidSourceException(
          "%s: unknown attack '%s'".formatted(where, columns[FIELDS.size()]));
    }
    return new NslKddRow(fields, category);
  }

  private static double number(String field, String text, String where) {
    double number;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      number = Double.NaN;
    }
    if (!(number >= 0 && number <= Float.MAX_VALUE)) {
      throw new InvalidSourceException(
          "%s: %s must be a number of at least 0, but was: '%s'".formatted(where, field, text));
    }
    return LOGARITHMIC.contains(field) ? Math.log1p(number) : number;
  }

  boolean isAttack() {
    return !category.equals("normal");
  }
}
