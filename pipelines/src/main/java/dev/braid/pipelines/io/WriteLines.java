package dev.braid.pipelines.io;

import java.nio.file.Path;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * Writes lines of all windows, in no order: of bounded input to {@code
 * PREFIX-00000-of-0000N.jsonl}, of unbounded input as {@link RollFiles} says. The number of files
 * is fixed, because a runner that chooses it counts the lines first, and Direct meanwhile tries
 * every bundle again and again.
 */
final class WriteLines extends PTransform<PCollection<String>, PDone> {
  private final Path directory;
  private final String prefix;
  private final int files;
  private final Rolling rolling;

  WriteLines(Path directory, String prefix, int files, Rolling rolling) {
    this.directory = directory;
    this.prefix = prefix;
    this.files = files;
    this.rolling = rolling;
  }

  @Override
  public PDone expand(PCollection<String> lines) {
    PCollection<String> all = lines.apply("AllWindows", Window.into(new GlobalWindows()));
    if (all.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      return all.apply("Files", new RollFiles(directory, prefix, files, rolling));
    }
    String target = directory.toAbsolutePath().resolve(prefix).toString();
    return all.apply(
        "Files",
        TextIO.write()
            .to(FileSystems.matchNewResource(target, false))
            .withSuffix(ResultFiles.SUFFIX)
            .withNumShards(files));
  }
}
