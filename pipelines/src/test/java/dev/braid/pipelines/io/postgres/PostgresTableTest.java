package dev.braid.pipelines.io.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.pipelines.io.DestinationException;
import dev.braid.pipelines.io.Secret;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresTableTest {
  @TempDir private static Path directory;
  private static RealPostgres postgres;

  @BeforeAll
  static void start() throws Exception {
    postgres = RealPostgres.start(directory.resolve("data"));
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @Test
  void aTableThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> postgres.table("absent").prepare(false))
        .isInstanceOf(DestinationException.class)
        .hasMessage(
            "cannot write to table absent of %s: there is no such table; create it with"
                + " --createTable",
            postgres.url());
  }

  @Test
  void aTableIsCreatedWithItsIndexesOnce() throws Exception {
    postgres.table("made").prepare(true);
    postgres.table("made").prepare(true);
    postgres.table("made").prepare(false);

    assertThat(
            postgres.query(
                "select column_name, data_type from information_schema.columns"
                    + " where table_name = 'made' order by ordinal_position"))
        .containsExactly(
            "id|text",
            "entity|text",
            "window_start|timestamp with time zone",
            "window_end|timestamp with time zone",
            "revision|integer",
            "final|boolean",
            "anomaly_score|double precision",
            "is_anomaly|boolean",
            "prediction|jsonb");
    assertThat(
            postgres.query(
                "select regexp_replace(indexdef, '.* USING ', '') from pg_indexes"
                    + " where tablename = 'made' order by 1"))
        .containsExactly(
            "btree (entity, window_end)",
            "btree (id)",
            "btree (window_end)",
            "btree (window_end) WHERE is_anomaly");
  }

  @Test
  void aTableInASchemaAndOneNamedByAWordOfSqlAreCreatedToo() throws Exception {
    postgres.execute("create schema plant");

    postgres.table("plant.order").prepare(true);

    assertThat(postgres.query("select * from plant.\"order\"")).isEmpty();
    assertThatThrownBy(() -> postgres.table("office.order").prepare(true))
        .hasMessageEndingWith(": there is no such schema; create it first");
  }

  @Test
  void aTableOfSomethingElseIsRefused() throws Exception {
    postgres.execute("create table people (id text primary key, name text)");
    postgres.table("keyless").prepare(true);
    postgres.execute("alter table keyless drop constraint keyless_pkey");

    assertThatThrownBy(() -> postgres.table("people").prepare(true))
        .hasMessageContaining("column \"entity\" of relation \"people\" does not exist")
        .hasMessageEndingWith("the table was made for something else: name another with --table");
    assertThatThrownBy(() -> postgres.table("keyless").prepare(true))
        .hasMessageEndingWith("make it the primary key or name another table");
  }

  @Test
  void aUserWhoMayNotWriteIsRefused() throws Exception {
    postgres.table("guarded").prepare(true);
    postgres.execute("create role reader login");
    postgres.execute("grant select on guarded to reader");

    assertThatThrownBy(() -> postgres.table("guarded").withUser("reader").prepare(false))
        .hasMessageEndingWith(
            "permission denied for table guarded; grant insert, select and update on guarded");
  }

  @Test
  void aPasswordIsUsedAndAWrongOneIsRefusedWithoutPrintingIt() throws Exception {
    postgres.table("locked").prepare(true);
    postgres.execute("create role writer login password 'pass-w0rd'");
    postgres.execute("grant all on locked to writer");
    Path rules = directory.resolve("data/pg_hba.conf");
    Files.writeString(rules, "host all writer all scram-sha-256\n" + Files.readString(rules));
    postgres.execute("select pg_reload_conf()");
    PostgresTable table = postgres.table("locked").withUser("writer");

    PostgresTable right = table.withPassword(secret("pass-w0rd"));
    PostgresTable wrong = table.withPassword(secret("0ther-word"));

    assertThatCode(() -> right.prepare(false)).doesNotThrowAnyException();
    assertThatThrownBy(() -> wrong.prepare(false))
        .hasMessageEndingWith(
            "password authentication failed for user \"writer\"; check the user and the password")
        .hasMessageNotContaining("0ther-word");
    assertThat(right.toString()).isEqualTo("table locked of " + postgres.url());
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsRefusedAtOnce() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/db?user=braid&sslmode=disable";

    assertThatThrownBy(() -> PostgresTable.of(url, "t").prepare(true))
        .isInstanceOf(DestinationException.class)
        .hasMessageStartingWith(
            "cannot write to table t of jdbc:postgresql://127.0.0.1:%d/db: Connection to", port)
        .hasMessageContaining("refused")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://h/db?password=s3cret",
        "jdbc:postgresql://h/db?user=braid&PASSWORD=s3cret",
        "jdbc:postgresql://h/db?sslpassword=s3cret",
        "jdbc:postgresql://braid:s3cret@h/db",
        "jdbc:postgresql://braid:s3cret@h?ssl=true",
      })
  void aPasswordInTheUrlIsRefusedWithoutRepeatingIt(String url) {
    assertThatThrownBy(() -> PostgresTable.of(url, "t"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a password must not stand in the URL of a database")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void whatIsNoUrlOfPostgresIsRefused() {
    assertThatThrownBy(() -> PostgresTable.of("jdbc:mysql://h/db", "t"))
        .hasMessage("a database must be named as jdbc:postgresql://host:port/database");
    assertThatThrownBy(() -> PostgresTable.of("jdbc:postgresql://h:port/db", "t"))
        .hasMessage(
            "not a URL of a PostgreSQL database: jdbc:postgresql://h:port/db; it must be"
                + " jdbc:postgresql://host:port/database?...");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Table", "a.b.c", "a.", ".a", "a b", "a\"b", "1a", "t;drop table t"})
  void whatIsNoNameOfATableIsRefused(String name) {
    assertThatThrownBy(() -> PostgresTable.of("jdbc:postgresql://h/db", name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a table must be named as table or schema.table, each of up to 63 of a-z, 0-9 and _,"
                + " but was: %s",
            name);
  }

  private static Secret secret(String value) throws Exception {
    return Secret.from("file:" + Files.writeString(directory.resolve(value), value));
  }
}
