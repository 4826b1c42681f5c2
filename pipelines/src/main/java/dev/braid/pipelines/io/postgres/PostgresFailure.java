package dev.braid.pipelines.io.postgres;

import java.sql.SQLException;
import java.util.Set;

/**
 * A failure by the codes that PostgreSQL documents in its appendix A, "PostgreSQL Error Codes".
 *
 * @param state the code of five characters, empty if there is none
 * @param message one line
 */
record PostgresFailure(String state, String message) {
  /**
   * Shut down, crashed, starting, idle for too long, serialization, deadlock, lock not available, a
   * replica that is being promoted.
   */
  private static final Set<String> PASSING =
      Set.of("57P01", "57P02", "57P03", "57P05", "40001", "40P01", "55P03", "25006");

  static PostgresFailure of(SQLException failure) {
    SQLException last = failure;
    // Of a batch, the first says only which entry failed.
    while (last.getNextException() != null && last.getNextException() != last) {
      last = last.getNextException();
    }
    String state = last.getSQLState() == null ? "" : last.getSQLState();
    return new PostgresFailure(
        state,
        String.valueOf(last.getMessage())
            .lines()
            .map(String::strip)
            .reduce((a, b) -> a + " " + b)
            .orElse(""));
  }

  /** Whether the same statement may succeed later: no connection, no resources, or a restart. */
  boolean passes() {
    return state.startsWith("08") || state.startsWith("53") || PASSING.contains(state);
  }

  /** Whether a row is to blame: its data, or a constraint on them. */
  boolean isOfData() {
    return state.startsWith("22") || state.startsWith("23");
  }

  /** What is wrong, and what to do about it. */
  String advice(PostgresTable table) {
    return switch (state) {
      case "42P01" -> "there is no such table; create it with --createTable";
      case "3F000" -> "there is no such schema; create it first";
      case "42703" ->
          message + "; the table was made for something else: name another with --table";
      case "42P10" -> "the column id is no key; make it the primary key or name another table";
      case "42501" -> message + "; grant insert, select and update on " + table.name();
      case "28P01", "28000" -> message + "; check the user and the password";
      default -> message;
    };
  }
}
