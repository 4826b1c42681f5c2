package dev.braid.pipelines.io;

import dev.braid.pipelines.io.parquet.ParquetPredictions;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.TextIO;

/** How files hold predictions. */
public enum ResultFormat {
  /** One {@link PredictionJson} a line. */
  JSONL(".jsonl"),
  /** Columns with types, see {@link ParquetPredictions}. */
  PARQUET(".parquet");

  private final String suffix;

  ResultFormat(String suffix) {
    this.suffix = suffix;
  }

  /** The end of a file's name. */
  String suffix() {
    return suffix;
  }

  /** Writes lines as one file. */
  FileIO.Sink<String> sink() {
    return this == PARQUET ? new ParquetPredictions() : TextIO.sink();
  }
}
