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
 * Writes predictions as {@link PredictionJson} to {@code predictions-*-of-*.jsonl}: always {@value
 * #FILES} files, empty if there are none.
 */
public final class WritePredictions extends PTransform<PCollection<Prediction>, PDone> {
  private static final int FILES = 4;

  private final Path directory;

  private WritePredictions(Path directory) {
    this.directory = directory;
  }

  /** Writes to files in {@code directory}, on a path that every worker sees. */
  public static WritePredictions to(Path directory) {
    return new WritePredictions(directory);
  }

  @Override
  public PDone expand(PCollection<Prediction> predictions) {
    return predictions
        .apply("Format", MapElements.into(TypeDescriptors.strings()).via(PredictionJson::format))
        .setCoder(StringUtf8Coder.of())
        .apply("Write", new WriteLines(directory, ResultFiles.PREDICTIONS, FILES));
  }
}
