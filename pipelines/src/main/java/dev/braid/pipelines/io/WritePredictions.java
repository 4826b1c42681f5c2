package dev.braid.pipelines.io;

import dev.braid.transforms.fuse.Prediction;
import java.nio.file.Path;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SimpleFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * Writes predictions as {@link PredictionJson}. Bounded ones go to {@code
 * predictions-*-of-*.jsonl}: always {@value #FILES} files, empty if there are none. Unbounded ones
 * go to {@code predictions-LAUNCH-NUMBER-SERIES.jsonl}, files that appear when they are complete
 * and are never replaced; after a failure a prediction may be in two of them, with the same id and
 * revision, unless {@link Rolling.ByTime#stableInput}.
 */
public final class WritePredictions extends PTransform<PCollection<Prediction>, PDone> {
  private static final int FILES = 4;

  private final Path directory;

  private final ResultFormat format;
  private final Rolling rolling;

  private WritePredictions(Path directory, ResultFormat format, Rolling rolling) {
    this.directory = directory;
    this.format = format;
    this.rolling = rolling;
  }

  /** Writes to files in {@code directory}, on a path that every worker sees. */
  public static WritePredictions to(Path directory) {
    return new WritePredictions(directory, ResultFormat.JSONL, Rolling.defaults());
  }

  /** The same in another format, which is the end of the files' names. */
  public WritePredictions as(ResultFormat other) {
    return new WritePredictions(directory, other, rolling);
  }

  /** The same with unbounded predictions cut into files in this way. */
  public WritePredictions rolled(Rolling way) {
    return new WritePredictions(directory, format, way);
  }

  @Override
  public PDone expand(PCollection<Prediction> predictions) {
    return predictions
        .apply("Format", MapElements.via(new Format()))
        .setCoder(StringUtf8Coder.of())
        .apply("Write", new WriteLines(directory, ResultFiles.PREDICTIONS, FILES, format, rolling));
  }

  private static final class Format extends SimpleFunction<Prediction, String> {
    private final Counter predictions = Metrics.counter(WritePredictions.class, "predictions");

    @Override
    public String apply(Prediction prediction) {
      predictions.inc();
      return PredictionJson.format(prediction);
    }
  }
}
