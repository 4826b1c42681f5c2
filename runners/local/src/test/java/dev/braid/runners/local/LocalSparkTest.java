package dev.braid.runners.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSparkTest {
  @TempDir Path directory;

  @Test
  void aClusterThatLostItsMasterAndAWorkerIsWholeAgainOnTheSamePort() {
    try (LocalSpark spark = LocalSpark.start(directory, 2, 1)) {
      String master = spark.master();
      long first = spark.workerPid(0);
      spark.killWorker(0);
      spark.killMaster();
      spark.restartWorker(0);

      spark.restartMaster();

      assertThat(spark.master()).isEqualTo(master);
      assertThat(spark.workerPid(0)).isNotEqualTo(first);
      assertThat(
              Answers.isTrue(
                  spark.url() + "/json/", state -> state.path("aliveworkers").asInt() == 2))
          .isTrue();
    }
  }
}
