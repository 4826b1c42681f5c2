package dev.braid.pipelines.io;

import dev.braid.transforms.observation.DeadLetter;
import java.nio.file.Path;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Writes dead letters as {@link DeadLetter#toJson}. Bounded ones go to {@code
 * dead-letters-00000-of-00001.jsonl}, which is empty if there are none, unbounded ones to {@code
 * dead-letters-LAUNCH-NUMBER-0.jsonl}, as {@link WritePredictions} writes them. It is the sink of
 * the pipeline's error handler.
 */
public final class WriteDeadLetters extends PTransform<PCollection<BadRecord>, PDone> {
  private final Path directory;

  private final Rolling rolling;

  private WriteDeadLetters(Path directory, Rolling rolling) {
    this.directory = directory;
    this.rolling = rolling;
  }

  /** Writes to files in {@code directory}, on a path that every worker sees. */
  public static WriteDeadLetters to(Path directory) {
    return new WriteDeadLetters(directory, Rolling.defaults());
  }

  /** The same with unbounded dead letters cut into files in this way. */
  public WriteDeadLetters rolled(Rolling way) {
    return new WriteDeadLetters(directory, way);
  }

  @Override
  public PDone expand(PCollection<BadRecord> failures) {
    return failures
        .apply(
            "Format",
            MapElements.into(TypeDescriptors.strings())
                .via(bad -> DeadLetter.fromBadRecord(bad).toJson()))
        .setCoder(StringUtf8Coder.of())
        .apply(
            "Write",
            new WriteLines(directory, ResultFiles.DEAD_LETTERS, 1, ResultFormat.JSONL, rolling));
  }
}
