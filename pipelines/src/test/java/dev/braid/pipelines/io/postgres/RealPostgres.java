package dev.braid.pipelines.io.postgres;

import dev.braid.runners.local.FreePorts;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.postgresql.Driver;

/** A server of its own, whose data stay when it is stopped and started again on its port. */
public final class RealPostgres implements AutoCloseable {
  private final Path data;
  private EmbeddedPostgres server;

  private RealPostgres(Path data, EmbeddedPostgres server) {
    this.data = data;
    this.server = server;
  }

  public static RealPostgres start(Path data) throws IOException, SQLException {
    // The server's own client looks for the driver where Braid takes it away.
    PostgresDriver.instance();
    if (!Driver.isRegistered()) {
      Driver.register();
    }
    return new RealPostgres(data, builder(data).start());
  }

  public void stop() throws IOException {
    server.close();
  }

  public void startAgain() throws IOException {
    server = builder(data).setPort(server.getPort()).start();
  }

  public String url() {
    return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(server.getPort());
  }

  int port() {
    return server.getPort();
  }

  public PostgresTable table(String name) {
    return PostgresTable.of(url(), name).withUser("postgres");
  }

  public void execute(String sql) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows, their columns with bars between them. */
  public List<String> query(String sql) throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (found.next()) {
        StringJoiner row = new StringJoiner("|");
        for (int c = 1; c <= found.getMetaData().getColumnCount(); c++) {
          row.add(found.getString(c));
        }
        rows.add(row.toString());
      }
      return rows;
    }
  }

  private static EmbeddedPostgres.Builder builder(Path data) {
    return EmbeddedPostgres.builder()
        .setDataDirectory(data)
        // Not one that a client may be given while the server is down.
        .setPort(FreePorts.take(1)[0])
        .setPGStartupWait(Duration.ofMinutes(5))
        .setCleanDataDirectory(false)
        .setServerConfig("timezone", "Asia/Tokyo");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
