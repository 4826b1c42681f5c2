package dev.braid.pipelines.io;

import dev.braid.dataset.FittedFeaturizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/** Writes the state of each modality's featurizer to {@code featurizers/<modality>.json}. */
public final class WriteFeaturizers extends PTransform<PCollection<KV<String, String>>, PDone> {
  private final String directory;

  private WriteFeaturizers(String directory) {
    this.directory = directory;
  }

  /** Writes below {@code directory}, on a path that every worker sees. */
  public static WriteFeaturizers to(Path directory) {
    return new WriteFeaturizers(directory.toAbsolutePath().toString());
  }

  @Override
  public PDone expand(PCollection<KV<String, String>> states) {
    states.apply("Files", ParDo.of(new WriteFile(directory)));
    return PDone.in(states.getPipeline());
  }

  private static final class WriteFile extends DoFn<KV<String, String>, Void> {
    private final String directory;

    WriteFile(String directory) {
      this.directory = directory;
    }

    @ProcessElement
    public void process(@Element KV<String, String> state) throws IOException {
      Path file = Path.of(directory).resolve(FittedFeaturizers.file(state.getKey()));
      // Written aside and moved: a task that runs again must not leave half a file.
      Path part = file.resolveSibling("." + UUID.randomUUID());
      Path parent = file.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.writeString(part, state.getValue());
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
