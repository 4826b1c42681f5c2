package dev.braid.pipelines.io.postgres;

import dev.braid.pipelines.io.PredictionJson;
import dev.braid.transforms.fuse.Prediction;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The statements of a table of predictions: it has the latest revision of each, its columns are
 * extracts of the JSON beside them.
 */
final class PredictionUpsert {
  private static final String COLUMNS =
      "id, entity, window_start, window_end, revision, final, anomaly_score, is_anomaly,"
          + " prediction";

  private static final String CREATE =
      """
      create table %s (
        id text primary key,
        entity text not null,
        window_start timestamptz not null,
        window_end timestamptz not null,
        revision integer not null,
        final boolean not null,
        anomaly_score double precision not null,
        is_anomaly boolean not null,
        prediction jsonb not null)
      """;

  private static final String UPSERT =
      """
      insert into %1$s as present (%2$s)
      select p->>'id', p->>'entity', (p->>'windowStart')::timestamptz,
        (p->>'windowEnd')::timestamptz, (p->>'revision')::integer, (p->>'final')::boolean,
        (p->'anomaly'->>'score')::double precision, (p->'anomaly'->>'isAnomaly')::boolean, p
      from (select line::jsonb as p from unnest(?::text[]) as lines (line)) as predictions
      on conflict (id) do update set (%2$s) = (%3$s)
      where (excluded.revision, excluded.final) >= (present.revision, present.final)
      """;

  private static final Comparator<Prediction> AGE =
      Comparator.comparingInt(Prediction::getRevision).thenComparing(Prediction::isFinal);

  private PredictionUpsert() {}

  /** Creates the table and its indexes if it is not there, and commits. */
  static void createTable(Connection connection, PostgresTable table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Two launches at once: the later one waits here, and then finds the table.
      statement.execute("select pg_advisory_xact_lock(hashtext('braid'), hashtext('table'))");
      try (PreparedStatement find = connection.prepareStatement("select to_regclass(?)")) {
        find.setString(1, table.quoted());
        try (ResultSet found = find.executeQuery()) {
          if (found.next() && found.getString(1) != null) {
            connection.commit();
            return;
          }
        }
      }
      statement.execute(CREATE.formatted(table.quoted()));
      statement.execute("create index on %s (entity, window_end)".formatted(table.quoted()));
      statement.execute("create index on %s (window_end)".formatted(table.quoted()));
      statement.execute(
          "create index on %s (window_end) where is_anomaly".formatted(table.quoted()));
      connection.commit();
    }
  }

  /** Writes these predictions as one transaction, and commits. */
  static void write(Connection connection, PostgresTable table, Collection<Prediction> predictions)
      throws SQLException {
    // One row an id, as the statement demands, and in one order everywhere, against deadlocks.
    SortedMap<String, Prediction> latest = new TreeMap<>();
    for (Prediction prediction : predictions) {
      latest.merge(prediction.getId(), prediction, (a, b) -> AGE.compare(a, b) > 0 ? a : b);
    }
    String[] lines = latest.values().stream().map(PredictionJson::format).toArray(String[]::new);
    String assigned =
        Pattern.compile("\\w+").matcher(COLUMNS).replaceAll(column -> "excluded." + column.group());
    try (PreparedStatement statement =
        connection.prepareStatement(UPSERT.formatted(table.quoted(), COLUMNS, assigned))) {
      Array array = connection.createArrayOf("text", lines);
      statement.setArray(1, array);
      statement.executeUpdate();
      array.free();
      connection.commit();
    }
  }
}
