package dev.braid.runners.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.flink.util.FileUtils;

/**
 * Checkpoints of a job in this JVM, in files that are gone when the JVM ends. Flink would keep them
 * in memory, and fail the job as soon as a subtask has more than 5 MB of state.
 */
final class LocalCheckpoints {
  private LocalCheckpoints() {}

  /** Asks for them, unless the options say where checkpoints go. */
  static void ask(FlinkPipelineOptions options) {
    if (options.getStateBackend() == null && options.getFlinkConfDir() == null) {
      options.setStateBackend("filesystem");
      options.setStateBackendStoragePath(directory().toUri().toString());
    }
  }

  private static Path directory() {
    try {
      Path directory = Files.createTempDirectory("braid-flink-checkpoint");
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> FileUtils.deleteDirectoryQuietly(directory.toFile())));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
