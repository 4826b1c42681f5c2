package dev.braid.runners.spark;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.engine.StreamIdentity;
import dev.braid.pipelines.engine.SubmissionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.runners.spark.translation.streaming.Checkpoint.CheckpointDir;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * The run that a checkpoint directory is of, in a file beside Spark's own. Spark resumes a stream
 * as it was translated when the directory was new, whatever the resuming command says.
 */
final class CheckpointedRun {
  private static final String FILE = "braid-run.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final CheckpointDir directory;
  private final Map<String, String> asked;

  private CheckpointedRun(CheckpointDir directory, Map<String, String> asked) {
    this.directory = directory;
    this.asked = asked;
  }

  /** What these options ask for, and where its checkpoint is to be. */
  static CheckpointedRun of(SparkPipelineOptions options) {
    Map<String, String> asked = new TreeMap<>();
    Map<String, String> identity = options.as(StreamIdentity.class).getStreamIdentity();
    if (identity != null) {
      asked.putAll(identity);
    }
    asked.put("--batchIntervalMillis", options.getBatchIntervalMillis().toString());
    asked.put("--checkpointDurationMillis", options.getCheckpointDurationMillis().toString());
    asked.put("--maxRecordsPerBatch", options.getMaxRecordsPerBatch().toString());
    asked.put("--minReadTimeMillis", options.getMinReadTimeMillis().toString());
    asked.put("--readTimePercentage", options.getReadTimePercentage().toString());
    asked.put("--storageLevel", options.getStorageLevel());
    return new CheckpointedRun(new CheckpointDir(options.getCheckpointDir()), asked);
  }

  CheckpointDir directory() {
    return directory;
  }

  /**
   * Makes sure that what the directory has a checkpoint of, if it has one, is what is asked for.
   *
   * @throws SubmissionException if it is another run, or cannot be told
   */
  void refuseAnother() {
    try {
      FileSystem files = files();
      if (!hasCheckpoint(files)) {
        return;
      }
      Path file = file();
      if (!files.exists(file)) {
        throw new SubmissionException(
            "%s has a checkpoint but no %s, which says of which run; name another --checkpointDir"
                .formatted(directory.getRootCheckpointDir(), FILE));
      }
      Map<String, String> written;
      try (InputStream in = files.open(file)) {
        written = JSON.readValue(in, new TypeReference<Map<String, String>>() {});
      }
      List<String> differences = differences(written);
      if (!differences.isEmpty()) {
        throw new SubmissionException(
            ("the checkpoint in %s is of another run: %s; start it as it was, or name a new"
                    + " --checkpointDir")
                .formatted(directory.getRootCheckpointDir(), String.join(", ", differences)));
      }
    } catch (IOException e) {
      throw new SubmissionException(
          "cannot read the checkpoint directory %s: %s"
              .formatted(directory.getRootCheckpointDir(), e.getMessage()),
          e);
    }
  }

  private List<String> differences(Map<String, String> written) {
    TreeSet<String> names = new TreeSet<>(written.keySet());
    names.addAll(asked.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String was = written.getOrDefault(name, "nothing");
      String is = asked.getOrDefault(name, "nothing");
      if (!was.equals(is)) {
        differences.add("%s was %s and is %s".formatted(name, was, is));
      }
    }
    return differences;
  }

  /** Notes, in a new directory, what its checkpoint will be of. */
  void write() {
    try (OutputStream out = files().create(file(), true)) {
      out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(asked));
    } catch (IOException e) {
      throw new SubmissionException(
          "cannot write to the checkpoint directory %s: %s"
              .formatted(directory.getRootCheckpointDir(), e.getMessage()),
          e);
    }
  }

  private boolean hasCheckpoint(FileSystem files) throws IOException {
    Path spark = directory.getSparkCheckpointDir();
    return files.exists(spark)
        && Arrays.stream(files.listStatus(spark))
            .anyMatch(status -> status.getPath().getName().startsWith("checkpoint-"));
  }

  private Path file() {
    return new Path(directory.getRootCheckpointDir(), FILE);
  }

  private FileSystem files() throws IOException {
    return directory.getRootCheckpointDir().getFileSystem(SparkHadoopUtil.get().conf());
  }
}
