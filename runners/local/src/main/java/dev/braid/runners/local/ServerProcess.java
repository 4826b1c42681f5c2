package dev.braid.runners.local;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One JVM of a cluster: started, killed, started again with the same command. Its output goes to
 * one file. Safe for several threads.
 */
final class ServerProcess implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 50;
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  private final String name;
  private final Lifetime lifetime;
  private final Path log;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Thread endWithThisJvm = new Thread(this::kill);
  private Process process;
  private long logStart;

  /** How long a process lives. */
  enum Lifetime {
    /** At most as long as this JVM. */
    CHILD,
    /** Until somebody ends it, also when the terminal is closed. */
    DETACHED
  }

  private ServerProcess(
      String name,
      Lifetime lifetime,
      Path log,
      List<String> command,
      Map<String, String> environment)
      throws IOException {
    this.name = name;
    this.lifetime = lifetime;
    this.log = log;
    this.command = command;
    this.environment = environment;
    this.process = launch();
    if (lifetime == Lifetime.CHILD) {
      Runtime.getRuntime().addShutdownHook(endWithThisJvm);
    }
  }

  /**
   * Starts a JVM.
   *
   * @param name for messages
   * @param log takes what it prints; what is there already stays
   * @param jvmOptions before the main class
   * @param main the main class with its arguments
   * @param environment what is added to this process's own; the class path is CLASSPATH, since long
   *     command lines are dangerous
   */
  static ServerProcess java(
      String name,
      Lifetime lifetime,
      Path log,
      List<String> jvmOptions,
      List<String> main,
      Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    if (lifetime == Lifetime.DETACHED) {
      // A session of its own: neither the terminal's end nor its Ctrl-C reaches it.
      command.add(Files.isExecutable(SETSID) ? SETSID.toString() : "nohup");
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(main);
    try {
      return new ServerProcess(name, lifetime, log, List.copyOf(command), Map.copyOf(environment));
    } catch (IOException e) {
      throw new LocalClusterException("cannot start %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  private Process launch() throws IOException {
    logStart = Files.exists(log) ? Files.size(log) : 0;
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  synchronized long pid() {
    return process.pid();
  }

  synchronized ProcessHandle handle() {
    return process.toHandle();
  }

  synchronized boolean isAlive() {
    return process.isAlive();
  }

  /** What it printed since it was last started. */
  synchronized String output() {
    try {
      byte[] bytes = Files.readAllBytes(log);
      int start = (int) Math.min(logStart, bytes.length);
      return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new LocalClusterException("cannot read %s: %s".formatted(log, e.getMessage()), e);
    }
  }

  /**
   * Waits until some processes do together what they should.
   *
   * @param what for the message
   * @throws LocalClusterException if one ends or the time is over before that
   */
  static void await(
      Collection<ServerProcess> processes, String what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      for (ServerProcess process : processes) {
        if (!process.isAlive()) {
          throw new LocalClusterException(
              "%s ended before %s: %s; its log is %s"
                  .formatted(process.name, what, process.lastLine(), process.log));
        }
      }
      if (System.nanoTime() > end) {
        ServerProcess first = processes.iterator().next();
        throw new LocalClusterException(
            "%s did not get to where %s within %d s: %s; its log is %s"
                .formatted(first.name, what, limit.toSeconds(), first.lastLine(), first.log));
      }
      pause();
    }
  }

  private String lastLine() {
    return output()
        .lines()
        .filter(line -> !line.isBlank())
        .reduce((first, second) -> second)
        .orElse("it printed nothing");
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalClusterException("interrupted while waiting", e);
    }
  }

  /** Ends it at once, as {@code kill -9} does, and waits until it is gone. */
  synchronized void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Starts it again, with the same command, after it ended. */
  synchronized void startAgain() {
    if (process.isAlive()) {
      throw new IllegalStateException(name + " is still running");
    }
    try {
      process = launch();
    } catch (IOException e) {
      throw new LocalClusterException("cannot start %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** Asks it to end, and ends it if it has not done so in ten seconds. */
  @Override
  public synchronized void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    if (lifetime == Lifetime.CHILD && Thread.currentThread() != endWithThisJvm) {
      forgetHook();
    }
  }

  private void forgetHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(endWithThisJvm);
    } catch (IllegalStateException e) {
      // This JVM is ending, and the hook is about to run: there is nothing left for it to do.
      return;
    }
  }

  private void awaitEnd() {
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalClusterException("interrupted while %s ends".formatted(name), e);
    }
  }
}
