package dev.braid.pipelines.io.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.pipelines.io.DestinationException;
import dev.braid.pipelines.io.PredictionJson;
import dev.braid.pipelines.io.SamplePredictions;
import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.fuse.PredictionCoder;
import dev.braid.transforms.observation.DeadLetter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpsertPredictionsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

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
  void aPipelineWritesEveryPredictionAsOneRowAndAgainTheSame() throws Exception {
    PostgresTable table = made("written");
    List<Prediction> predictions =
        IntStream.range(0, 1_234).mapToObj(i -> SamplePredictions.of("press-" + i % 7, i)).toList();

    assertThat(run(table, predictions)).isEqualTo(1_234);
    assertThat(run(table, predictions)).isEqualTo(1_234);

    assertThat(postgres.query("select count(*), count(distinct id) from written"))
        .containsExactly("1234|1234");
    assertThat(
            postgres.query(
                "select id, entity, window_start at time zone 'UTC', window_end at time zone 'UTC',"
                    + " revision, final, round(anomaly_score::numeric, 2), is_anomaly"
                    + " from written order by window_start limit 1"))
        .containsExactly(
            "press-0|2026-01-01T00:01:00Z|plant@3f2a|press-0|2026-01-01 00:00:00|"
                + "2026-01-01 00:01:00|0|t|0.83|t");
    assertThat(postgres.query("select prediction from written"))
        .map(PredictionJson::parse)
        .containsExactlyInAnyOrderElementsOf(predictions);
  }

  @Test
  void aLaterRevisionReplacesAnEarlierOneAndNeverTheOtherWayRound() throws Exception {
    PostgresTable table = made("revised");
    Prediction early = SamplePredictions.of("e", 0, 0, false, 0.1f);
    Prediction corrected = SamplePredictions.of("e", 0, 1, false, 0.2f);
    Prediction closed = SamplePredictions.of("e", 0, 1, true, 0.2f);

    for (List<Prediction> batch :
        List.of(List.of(corrected), List.of(early), List.of(closed), List.of(corrected, early))) {
      write(table, batch);
    }

    assertThat(postgres.query("select revision, final, prediction->'tasks'->'health' from revised"))
        .containsExactly("1|t|{\"value\": 0.2}");
  }

  @Test
  void ofOneBatchTheLatestRevisionIsWritten() throws Exception {
    PostgresTable table = made("batched");
    List<Prediction> revisions = new ArrayList<>();
    for (int revision = 0; revision < 10; revision++) {
      revisions.add(SamplePredictions.of("e", 0, revision, revision == 9, revision));
    }
    Collections.rotate(revisions, 4);

    write(table, revisions);

    assertThat(postgres.query("select revision, final from batched")).containsExactly("9|t");
  }

  @Test
  void aPredictionThatTheDatabaseCannotHoldIsADeadLetterAndTheOthersAreWritten() throws Exception {
    PostgresTable table = made("poisoned");
    Prediction poison = SamplePredictions.of("a\0b", 3);
    List<Prediction> predictions =
        IntStream.range(0, 20)
            .mapToObj(i -> i == 7 ? poison : SamplePredictions.of("e", i))
            .toList();
    Pipeline pipeline = Pipeline.create();

    PAssert.that(
            pipeline
                .apply(Create.of(predictions).withCoder(PredictionCoder.of()))
                .apply(UpsertPredictions.into(table))
                .apply(
                    MapElements.into(TypeDescriptors.strings())
                        .via(bad -> DeadLetter.fromBadRecord(bad).toJson())))
        .satisfies(
            letters -> {
              DeadLetter letter = DeadLetter.fromJson(letters.iterator().next());
              assertThat(letters).hasSize(1);
              assertThat(letter.getStep()).isEqualTo("UpsertPredictions");
              assertThat(letter.getEntity()).isEqualTo("a\0b");
              assertThat(letter.getReason()).contains("unsupported Unicode escape sequence");
              assertThat(PredictionJson.parse(letter.getInput()).getEntity()).isEqualTo("a\0b");
              return null;
            });
    pipeline.run().waitUntilFinish();

    assertThat(postgres.query("select count(*) from poisoned")).containsExactly("19");
  }

  @Test
  void aDatabaseThatGoesAwayIsWaitedFor() throws Exception {
    try (RealPostgres own = RealPostgres.start(directory.resolve("own"))) {
      PostgresTable table = own.table("awaited");
      table.prepare(true);
      try (PredictionWriter writer = new PredictionWriter(table, PATIENCE)) {
        writer.write(List.of(SamplePredictions.of("e", 0)));
        own.stop();
        CompletableFuture<List<PredictionWriter.Refused>> waiting;
        // Somebody who answers the port and hangs up, until two attempts are known to have failed.
        try (ServerSocket deaf =
            new ServerSocket(own.port(), 5, InetAddress.getByName("127.0.0.1"))) {
          waiting =
              CompletableFuture.supplyAsync(
                  () -> {
                    try {
                      return writer.write(List.of(SamplePredictions.of("e", 1)));
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
          deaf.accept().close();
          deaf.accept().close();
        }
        own.startAgain();

        assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEmpty();
      }
      assertThat(own.query("select count(*) from awaited")).containsExactly("2");
    }
  }

  @Test
  void aDatabaseThatStaysAwayFailsTheRunInOneLine() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/db";
    try (PredictionWriter writer =
        new PredictionWriter(PostgresTable.of(url + "?user=braid", "t"), Duration.ofSeconds(1))) {
      assertThatThrownBy(() -> writer.write(List.of(SamplePredictions.of("e", 0))))
          .isInstanceOf(DestinationException.class)
          .hasMessageStartingWith(
              "cannot write predictions to table t of %s: gave up after 1 s: Connection to", url)
          .hasNoCause();
    }
  }

  @Test
  void aTableThatIsDroppedMeanwhileFailsTheRunAtOnce() throws Exception {
    PostgresTable table = made("dropped");
    postgres.execute("drop table dropped");

    assertThatThrownBy(() -> write(table, List.of(SamplePredictions.of("e", 0))))
        .isInstanceOf(DestinationException.class)
        .hasMessageContaining("there is no such table");
  }

  @Test
  void patienceIsBetweenASecondAndAnHour() {
    UpsertPredictions upsert =
        UpsertPredictions.into(PostgresTable.of("jdbc:postgresql://h/db", "t"));

    assertThatThrownBy(() -> upsert.withPatience(Duration.ZERO))
        .hasMessage("patience must be between 1 and 3600 seconds, but was: PT0S");
    assertThatThrownBy(() -> upsert.withPatience(Duration.ofHours(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static PostgresTable made(String name) {
    PostgresTable table = postgres.table(name);
    table.prepare(true);
    return table;
  }

  private static void write(PostgresTable table, List<Prediction> predictions) throws Exception {
    try (PredictionWriter writer = new PredictionWriter(table, PATIENCE)) {
      assertThat(writer.write(predictions)).isEmpty();
    }
  }

  /** Writes them by a pipeline, and returns how many it counted. */
  private static long run(PostgresTable table, List<Prediction> predictions) {
    Pipeline pipeline = Pipeline.create();
    PAssert.that(
            pipeline
                .apply(Create.of(predictions).withCoder(PredictionCoder.of()))
                .apply(UpsertPredictions.into(table)))
        .satisfies(
            refused -> {
              assertThat(refused).isEmpty();
              return null;
            });
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    return result
        .metrics()
        .queryMetrics(
            MetricsFilter.builder()
                .addNameFilter(MetricNameFilter.named(UpsertPredictions.class, "predictions"))
                .build())
        .getCounters()
        .iterator()
        .next()
        .getCommitted();
  }
}
