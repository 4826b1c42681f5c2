package dev.braid.pipelines.io.postgres;

import dev.braid.pipelines.io.DestinationException;
import dev.braid.transforms.fuse.Prediction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.util.BackOff;
import org.apache.beam.sdk.util.BackOffUtils;
import org.apache.beam.sdk.util.FluentBackoff;
import org.apache.beam.sdk.util.Sleeper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes predictions over one connection, which it opens anew, with back-off, for as long as the
 * database is away. Not safe for several threads.
 */
final class PredictionWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionWriter.class);
  private static final org.joda.time.Duration FIRST = org.joda.time.Duration.millis(100);
  private static final org.joda.time.Duration LONGEST = org.joda.time.Duration.standardSeconds(5);

  private final PostgresTable table;
  private final Duration patience;
  private @Nullable Connection connection;

  /** A prediction that the database refuses, whatever else is written. */
  record Refused(Prediction prediction, String reason) {}

  /**
   * @param patience how long to wait for a database that is away
   */
  PredictionWriter(PostgresTable table, Duration patience) {
    this.table = table;
    this.patience = patience;
  }

  /**
   * Writes all of these but for those that the database refuses.
   *
   * @return the refused ones
   * @throws DestinationException if the database stays away or refuses all
   */
  List<Refused> write(List<Prediction> predictions) throws InterruptedException {
    try {
      writeWithRetries(predictions);
      return List.of();
    } catch (SQLException e) {
      PostgresFailure failure = PostgresFailure.of(e);
      if (!failure.isOfData()) {
        throw new DestinationException(
            "cannot write predictions to %s: %s".formatted(table, failure.advice(table)), e);
      }
      if (predictions.size() == 1) {
        return List.of(new Refused(predictions.get(0), failure.message()));
      }
      List<Refused> refused =
          new ArrayList<>(write(predictions.subList(0, predictions.size() / 2)));
      refused.addAll(write(predictions.subList(predictions.size() / 2, predictions.size())));
      return refused;
    }
  }

  private void writeWithRetries(List<Prediction> predictions)
      throws SQLException, InterruptedException {
    BackOff backOff =
        FluentBackoff.DEFAULT
            .withInitialBackoff(FIRST)
            .withMaxBackoff(LONGEST)
            .withMaxCumulativeBackoff(org.joda.time.Duration.millis(patience.toMillis()))
            .backoff();
    for (int attempt = 1; ; attempt++) {
      try {
        if (connection == null) {
          connection = table.open();
        }
        PredictionUpsert.write(connection, table, predictions);
        if (attempt > 1) {
          LOG.info("{} answers again", table);
        }
        return;
      } catch (SQLException e) {
        // What the failure left of the transaction, and of the connection, is unknown.
        close();
        PostgresFailure failure = PostgresFailure.of(e);
        if (!failure.passes()) {
          throw e;
        }
        if (attempt == 1) {
          LOG.warn("{} is away, waiting for it: {}", table, failure.message());
        }
        if (!BackOffUtils.next(Sleeper.DEFAULT, backOff)) {
          throw new DestinationException(
              "cannot write predictions to %s: gave up after %d s: %s"
                  .formatted(table, patience.toSeconds(), failure.message()),
              e);
        }
      }
    }
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        LOG.debug("closing a connection to {} failed", table, e);
      }
    }
  }
}
