package dev.braid.runners.spark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.pipelines.engine.StreamIdentity;
import dev.braid.pipelines.engine.SubmissionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.runners.spark.SparkRunner;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint is resumed by the run that it is of, and by no other. */
class CheckpointedRunTest {
  private static final Map<String, String> IDENTITY =
      Map.of("--bundle", "sha256:aa", "--input", "kafka://h:1/in");

  @TempDir Path directory;

  @BeforeEach
  void writeACheckpoint() throws Exception {
    run(IDENTITY).write();
    Files.createDirectories(directory.resolve("spark-checkpoint"));
    Files.writeString(directory.resolve("spark-checkpoint/checkpoint-1000"), "");
  }

  @Test
  void theSameRunGoesOn() {
    assertThatCode(() -> run(IDENTITY).refuseAnother()).doesNotThrowAnyException();
  }

  @Test
  void anotherBundleAndOtherOptionsAreRefusedInOneLineThatSaysWhichAndWhatToDo() {
    assertThatThrownBy(
            () ->
                run(
                        Map.of("--bundle", "sha256:bb", "--input", "kafka://h:1/in"),
                        "--maxRecordsPerBatch=60")
                    .refuseAnother())
        .isInstanceOf(SubmissionException.class)
        .hasMessage(
            "the checkpoint in %s is of another run: --bundle was sha256:aa and is sha256:bb,"
                + " --maxRecordsPerBatch was -1 and is 60; start it as it was, or name a new"
                + " --checkpointDir",
            directory);
  }

  @Test
  void anOptionThatIsNewOrGoneIsADifference() {
    assertThatThrownBy(() -> run(Map.of("--bundle", "sha256:aa", "--x", "y")).refuseAnother())
        .hasMessageContaining(
            "--input was kafka://h:1/in and is nothing, --x was nothing and is y");
  }

  @Test
  void aDirectoryWithoutACheckpointTakesAnyRun() throws Exception {
    Files.delete(directory.resolve("spark-checkpoint/checkpoint-1000"));

    assertThatCode(() -> run(Map.of()).refuseAnother()).doesNotThrowAnyException();
  }

  @Test
  void aCheckpointOfAnUnknownRunIsRefused() throws Exception {
    Files.delete(directory.resolve("braid-run.json"));

    assertThatThrownBy(() -> run(IDENTITY).refuseAnother())
        .hasMessage(
            "%s has a checkpoint but no braid-run.json, which says of which run; name another"
                + " --checkpointDir",
            directory);
  }

  private CheckpointedRun run(Map<String, String> identity, String... options) {
    SparkPipelineOptions spark =
        PipelineOptionsFactory.fromArgs(options).as(SparkPipelineOptions.class);
    spark.setRunner(SparkRunner.class);
    spark.setCheckpointDir(directory.toString());
    spark.as(StreamIdentity.class).setStreamIdentity(identity);
    return CheckpointedRun.of(spark);
  }
}
