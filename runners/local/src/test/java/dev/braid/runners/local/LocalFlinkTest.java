package dev.braid.runners.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFlinkTest {
  @TempDir Path directory;

  @Test
  void aClusterThatLostItsProcessesIsWholeAgainOnTheSamePort() {
    try (LocalFlink flink = LocalFlink.start(directory, 2, 1)) {
      String master = flink.master();
      long first = flink.taskManagerPid(0);
      flink.killTaskManager(0);
      flink.restartTaskManager(0);
      flink.killJobManager();
      assertThat(taskManagers(flink, 2)).isFalse();

      flink.restartJobManager();

      assertThat(flink.master()).isEqualTo(master);
      assertThat(flink.taskManagerPid(0)).isNotEqualTo(first);
      assertThat(taskManagers(flink, 2)).isTrue();
    }
  }

  @Test
  void aClusterThatCannotStartIsOneLineThatNamesALog() {
    assertThatThrownBy(
            () -> LocalFlink.start(directory, 1, 1, Map.of("taskmanager.cpu.cores", "many")))
        .isInstanceOf(LocalClusterException.class)
        .hasMessageContaining("Flink TaskManager 0 ended before the cluster has all 1 of its slots")
        .hasMessageContaining("its log is " + directory.resolve("taskmanager-0.log"));
  }

  private static boolean taskManagers(LocalFlink flink, int count) {
    return Answers.isTrue(
        flink.url() + "/overview", node -> node.path("taskmanagers").asInt() == count);
  }
}
