package dev.braid.pipelines.io;

import java.nio.file.Path;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * Writes lines of all windows, in no order: of bounded input to {@code
 * PREFIX-00000-of-0000N.jsonl}, of unbounded input as {@link RollFiles} says; {@code .parquet} in
 * that format. The number of files is fixed, because a runner that chooses it counts the lines
 * first, and Direct meanwhile tries every bundle again and again.
 */
final class WriteLines extends PTransform<PCollection<String>, PDone> {
  private final Path directory;
  private final String prefix;
  private final int files;
  private final ResultFormat format;
  private final Rolling rolling;

  WriteLines(Path directory, String prefix, int files, ResultFormat format, Rolling rolling) {
    this.directory = directory;
    this.prefix = prefix;
    this.files = files;
    this.format = format;
    this.rolling = rolling;
  }

  @Override
  public PDone expand(PCollection<String> lines) {
    PCollection<String> all = lines.apply("AllWindows", Window.into(new GlobalWindows()));
    if (all.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      return all.apply("Files", new RollFiles(directory, prefix, files, format, rolling));
    }
    Path target = directory.toAbsolutePath();
    if (format == ResultFormat.JSONL) {
      return all.apply(
          "Files",
          TextIO.write()
              .to(FileSystems.matchNewResource(target.resolve(prefix).toString(), false))
              .withSuffix(format.suffix())
              .withNumShards(files));
    }
    all.apply(
        "Files",
        FileIO.<String>write()
            .via(format.sink())
            .to(target.toString())
            .withNaming(FileIO.Write.defaultNaming(prefix, format.suffix()))
            .withNumShards(files));
    return PDone.in(lines.getPipeline());
  }
}
