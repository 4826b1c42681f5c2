package dev.braid.pipelines.engine;

/**
 * What a run may need of an engine beyond what all engines do exactly: bounded input in any
 * windows, and a stream in windows in time without late data.
 */
public enum Construct {
  /** Windows by count over a stream: each observation waits for the watermark to pass it. */
  COUNT_WINDOWS_STREAMING("windows by count over a stream"),

  /** Sessions over a stream: each observation waits for the watermark to pass it. */
  SESSIONS_STREAMING("sessions over a stream"),

  /** Windows in time that are answered before they end, by processing time. */
  EARLY_ANSWERS("early answers"),

  /** Answers that are held past the end of their window for a modality that is missing. */
  WAIT_BUDGETS("a wait for missing modalities"),

  /** Answers that late data correct, each with the next revision. */
  LATE_REVISIONS("corrections by late data"),

  /** Predictions in transactions of Kafka, each exactly once. */
  TRANSACTIONAL_PUBLISH("transactions of Kafka");

  private final String words;

  Construct(String words) {
    this.words = words;
  }

  /** What it is, for messages. */
  public String words() {
    return words;
  }
}
