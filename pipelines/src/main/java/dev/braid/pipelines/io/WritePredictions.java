package dev.braid.pipelines.io;

import dev.braid.transforms.fuse.Prediction;
import java.nio.file.Path;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Writes predictions as {@link PredictionJson}. Bounded ones go to {@code
 * predictions-*-of-*.jsonl}: always {@value #FILES} files, empty if there are none. Unbounded ones
 * go to {@code predictions-LAUNCH-NUMBER-SERIES.jsonl}, files that appear when they are complete
 * and are never replaced; after a failure a prediction may be in two of them, with the same id and
 * revision, unless {@link Rolling#stableInput}.
 */
public final class WritePredictions extends PTransform<PCollection<Prediction>, PDone> {
  private static final int FILES = 4;

  private final Path directory;

  private final Rolling rolling;

  private WritePredictions(Path directory, Rolling rolling) {
    this.directory = directory;
    this.rolling = rolling;
  }

  /** Writes to files in {@code directory}, on a path that every worker sees. */
  public static WritePredictions to(Path directory) {
    return new WritePredictions(directory, Rolling.defaults());
  }

  /** The same with unbounded predictions cut into files in this way. */
  public WritePredictions rolled(Rolling way) {
    return new WritePredictions(directory, way);
  }

  @Override
  public PDone expand(PCollection<Prediction> predictions) {
    return predictions
        .apply("Format", MapElements.into(TypeDescriptors.strings()).via(PredictionJson::format))
        .setCoder(StringUtf8Coder.of())
        .apply("Write", new WriteLines(directory, ResultFiles.PREDICTIONS, FILES, rolling));
  }
}
