package dev.braid.pipelines.io.postgres;

import dev.braid.pipelines.io.DestinationException;
import dev.braid.pipelines.io.Secret;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * A table of predictions in a PostgreSQL database. Without a user here it is the URL's {@code
 * user}, else the system's; without a password it is looked up in the {@code ~/.pgpass} of each
 * worker. Immutable and serializable.
 */
public final class PostgresTable implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How a URL of a PostgreSQL database begins. */
  public static final String SCHEME = "jdbc:postgresql://";

  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

  private final String url;
  private final String table;
  private final @Nullable String user;
  private final @Nullable Secret password;

  private PostgresTable(
      String url, String table, @Nullable String user, @Nullable Secret password) {
    this.url = url;
    this.table = table;
    this.user = user;
    this.password = password;
  }

  /**
   * A table.
   *
   * @param url {@code jdbc:postgresql://host:port/database?...}, with the driver's settings, such
   *     as {@code sslmode=verify-full}, but without a password
   * @param table {@code table} or {@code schema.table}, in lower case
   * @throws IllegalArgumentException if one of them is something else; the message is one line
   *     without a password
   */
  public static PostgresTable of(String url, String table) {
    if (!url.startsWith(SCHEME)) {
      throw new IllegalArgumentException(
          "a database must be named as %shost:port/database".formatted(SCHEME));
    }
    String authority = url.substring(SCHEME.length()).split("[/?]", 2)[0];
    int query = url.indexOf('?');
    String settings = query < 0 ? "" : url.substring(query + 1).toLowerCase(Locale.ROOT);
    if (authority.contains("@") || settings.matches("(.*&)?[a-z]*password=.*")) {
      throw new IllegalArgumentException(
          "a password must not stand in the URL of a database, where others see it; name a file or"
              + " an environment variable that holds it");
    }
    if (Driver.parseURL(url, new Properties()) == null) {
      throw new IllegalArgumentException(
          "not a URL of a PostgreSQL database: %s; it must be %shost:port/database?..."
              .formatted(withoutSettings(url), SCHEME));
    }
    List<String> parts = List.of(table.split("\\.", -1));
    if (parts.size() > 2 || !parts.stream().allMatch(part -> NAME.matcher(part).matches())) {
      throw new IllegalArgumentException(
          "a table must be named as table or schema.table, each of up to 63 of a-z, 0-9 and _, but"
              + " was: "
              + table);
    }
    return new PostgresTable(url, table, null, null);
  }

  /** The same table, as this user. */
  public PostgresTable withUser(String name) {
    return new PostgresTable(url, table, name, password);
  }

  /** The same table, with this password. */
  public PostgresTable withPassword(Secret secret) {
    return new PostgresTable(url, table, user, secret);
  }

  /**
   * Checks that predictions can be written: the database answers, the user may write, and the table
   * has the columns and the key that it needs.
   *
   * @param create whether to create the table, with its indexes, if it is not there
   * @throws DestinationException if they cannot
   */
  public void prepare(boolean create) {
    try (Connection connection = open()) {
      if (create) {
        PredictionUpsert.createTable(connection, this);
      }
      // Plans the statement that every worker will run: it names tables, columns, key and rights.
      PredictionUpsert.write(connection, this, List.of());
    } catch (SQLException e) {
      throw new DestinationException(
          "cannot write to %s: %s".formatted(this, PostgresFailure.of(e).advice(this)), e);
    }
  }

  /** Opens a connection that commits only when told to. */
  Connection open() throws SQLException {
    // Set below the URL's own: a server that hangs must not hold a worker for ever.
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", "60");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "braid");
    if (user != null) {
      properties.setProperty("user", user);
    }
    if (password != null) {
      properties.setProperty("password", password.reveal());
    }
    Connection connection = PostgresDriver.instance().connect(url, properties);
    if (connection == null) {
      throw new SQLException("not a URL of a PostgreSQL database");
    }
    try {
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** The table's name, quoted for a statement. */
  String quoted() {
    return Stream.of(table.split("\\.", -1))
        .map(part -> "\"" + part + "\"")
        .collect(Collectors.joining("."));
  }

  String name() {
    return table;
  }

  /** The table and its database, without settings and secrets. */
  @Override
  public String toString() {
    return "table %s of %s".formatted(table, withoutSettings(url));
  }

  private static String withoutSettings(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }
}
