package dev.braid.runners.local;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A process as it was when it was started; its id may since be another one's.
 *
 * @param name what it is in its cluster
 * @param started as the system tells it
 */
record StartedProcess(String name, long pid, Instant started) {
  /** The system derives the time from that of its own start, which moves as its clock is set. */
  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  static StartedProcess of(String name, ProcessHandle handle) {
    return new StartedProcess(name, handle.pid(), startOf(handle).orElse(Instant.now()));
  }

  /** The process, if it is still running. */
  Optional<ProcessHandle> handle() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            handle ->
                startOf(handle)
                    .filter(
                        found -> Duration.between(found, started).abs().compareTo(TOLERANCE) <= 0)
                    .isPresent());
  }

  private static Optional<Instant> startOf(ProcessHandle handle) {
    return handle.info().startInstant();
  }
}
