package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DeviceTest {
  /** What the NVIDIA driver shows of itself on Linux. */
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "cpu, cpu",
    "CPU, cpu",
    "auto, auto",
    "cuda, cuda:0",
    "CUDA:3, cuda:3",
    "tensorrt, tensorrt:0"
  })
  void everyDeviceHasOneName(String given, String name) {
    assertThat(ServingOptions.defaults().withDevice(given).device()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "cpu:0", "cuda:", "cuda:-1", "cuda:x", "auto:1", "cuda:1000"})
  void whatIsNoDeviceIsRefused(String given) {
    assertThatThrownBy(() -> ServingOptions.defaults().withDevice(given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("device must be 'cpu', 'cuda', 'cuda:N'")
        .hasMessageEndingWith("but was: '" + given + "'");
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> ServingOptions.defaults().withThreads(0))
        .hasMessage("threads must be between 1 and 256, but was: 0");
    assertThatThrownBy(() -> ServingOptions.defaults().withMaxModelBytes(0))
        .hasMessage("maxModelBytes must be at least 1, but was: 0");
    assertThatThrownBy(() -> ServingOptions.defaults().withMaxDeviceBytes(0))
        .hasMessage("maxDeviceBytes must be at least 1, but was: 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda:0", "cuda:7", "tensorrt:0"})
  void aDeviceThatWasAskedForAndCannotBeOpenedFailsAndSaysWhatItNeeds(String device) {
    assumeFalse(Files.exists(DRIVER), "this machine has a GPU");
    TinyBundle.write(directory);

    assertThatThrownBy(
            () -> ModelServer.lease(directory, ServingOptions.defaults().withDevice(device)))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessageStartingWith("device '" + device + "' cannot be opened: ")
        .hasMessageContaining("an NVIDIA driver, CUDA 12")
        .hasMessageEndingWith("ask for the device 'auto' or 'cpu'")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    assertThat(Leases.open()).isZero();
  }

  @Test
  void autoFallsBackToTheCpuAndSaysSo() {
    assumeFalse(Files.exists(DRIVER), "this machine has a GPU");
    TinyBundle.write(directory);

    try (ModelServer.Lease lease =
        ModelServer.lease(directory, ServingOptions.defaults().withDevice("auto"))) {
      assertThat(lease.server().device()).isEqualTo("cpu");
      assertThat(lease.server().precision()).isEqualTo("fp32");
      assertThat(lease.server().fuse(TinyBundle.rows(lease.server().sceneTensors().inputs(), 3)))
          .hasOnlyElementsOfType(RowResult.Served.class);
    }
  }
}
