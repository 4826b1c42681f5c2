package dev.braid.runners.local;

import dev.braid.runners.local.ServerProcess.Lifetime;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The directory of a cluster that outlives the process that started it. */
final class ClusterDirectory {
  private static final long GRACE_SECONDS = 15;

  private final Distribution engine;
  private final Path directory;
  private final Path file;

  ClusterDirectory(Distribution engine, Path parent) {
    this.engine = engine;
    this.directory = parent.toAbsolutePath().normalize().resolve(engine.directoryName());
    this.file = directory.resolve("cluster.json");
  }

  Path path() {
    return directory;
  }

  /** The cluster, if all its processes are running. */
  Optional<ClusterState> running() {
    return read().filter(ClusterState::isRunning);
  }

  private Optional<ClusterState> read() {
    try {
      return Optional.of(ClusterState.parse(file, Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new LocalClusterException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Starts a cluster, unless another process just did; what is left of an earlier one is ended.
   *
   * @param workers of Flink or Spark
   * @param slots of each worker
   */
  ClusterState start(int workers, int slots) {
    try {
      Files.createDirectories(directory);
      try (FileChannel channel =
              FileChannel.open(
                  directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        Optional<ClusterState> other = running();
        if (other.isPresent()) {
          return other.get();
        }
        end();
        ClusterState state = launch(workers, slots);
        // Whole or not at all: it is the only trace of the processes.
        Path written = Files.writeString(directory.resolve("cluster.new"), state.json() + "\n");
        Files.move(
            written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return state;
      }
    } catch (IOException e) {
      throw new LocalClusterException(
          "cannot write to %s: %s".formatted(directory, e.getMessage()), e);
    }
  }

  private ClusterState launch(int workers, int slots) {
    return switch (engine) {
      case KAFKA -> {
        LocalKafka kafka = LocalKafka.start(directory, Map.of(), Lifetime.DETACHED);
        yield ClusterState.of(engine, kafka.address(), null, Map.of("broker", kafka.process()));
      }
      case FLINK -> {
        LocalFlink flink = LocalFlink.start(directory, workers, slots, Map.of(), Lifetime.DETACHED);
        yield ClusterState.of(engine, flink.master(), flink.url(), flink.processes());
      }
      case SPARK -> {
        LocalSpark spark = LocalSpark.start(directory, workers, slots, Lifetime.DETACHED);
        yield ClusterState.of(engine, spark.master(), spark.url(), spark.processes());
      }
    };
  }

  /**
   * Ends every process of the cluster that is still running, with those that it started, and
   * nothing else.
   *
   * @return how many it were
   */
  int end() {
    Optional<ClusterState> state = read();
    if (state.isEmpty()) {
      return 0;
    }
    List<ProcessHandle> running = new ArrayList<>();
    for (StartedProcess process : state.get().processes()) {
      process
          .handle()
          .ifPresent(
              handle -> {
                running.add(handle);
                handle.descendants().forEach(running::add);
              });
    }
    running.forEach(ProcessHandle::destroy);
    running.forEach(ClusterDirectory::awaitEnd);
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new LocalClusterException("cannot delete %s: %s".formatted(file, e.getMessage()), e);
    }
    return running.size();
  }

  private static void awaitEnd(ProcessHandle handle) {
    try {
      handle.onExit().get(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      handle.destroyForcibly();
    } catch (ExecutionException e) {
      throw new LocalClusterException("cannot end process " + handle.pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalClusterException(
          "interrupted while process %d ends".formatted(handle.pid()), e);
    }
  }
}
