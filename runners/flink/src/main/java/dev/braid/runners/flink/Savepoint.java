package dev.braid.runners.flink;

import dev.braid.pipelines.engine.SubmissionException;
import java.io.DataInputStream;
import java.io.IOException;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/** A savepoint or a retained checkpoint, as it lies in its directory. */
final class Savepoint {
  private Savepoint() {}

  /**
   * Refuses to resume a job with fewer subtasks than it had. A subtask then has several splits of a
   * source, Beam's reader starts them one after the other, and until the last one is started the
   * watermark knows only of those before it: windows are answered without what the others still
   * hold (apache/beam#25975).
   *
   * @throws SubmissionException if there are fewer, or if that cannot be told
   */
  static void refuseFewerSubtasks(String path, int subtasks) {
    int had = subtasks(path);
    if (subtasks < had) {
      throw new SubmissionException(
          ("the job of the savepoint %s had %d subtasks: with --parallelism=%d its windows could be"
                  + " answered before all they hold is read; resume it with %d or more")
              .formatted(path, had, subtasks, had));
    }
  }

  private static int subtasks(String path) {
    try {
      CompletedCheckpointStorageLocation location =
          AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path);
      try (DataInputStream in =
          new DataInputStream(location.getMetadataHandle().openInputStream())) {
        CheckpointMetadata metadata =
            Checkpoints.loadCheckpointMetadata(in, Savepoint.class.getClassLoader(), path);
        return metadata.getOperatorStates().stream()
            .mapToInt(OperatorState::getParallelism)
            .max()
            .orElse(0);
      }
    } catch (IOException e) {
      throw new SubmissionException(
          ("cannot read the savepoint %s from here, and so not tell with how many subtasks it may be"
                  + " resumed: %s")
              .formatted(path, FlinkCluster.reason(e)),
          e);
    }
  }
}
