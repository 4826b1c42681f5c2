package dev.braid.runners.local;

import dev.braid.runners.local.ServerProcess.Lifetime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A real Flink session cluster: a JobManager and some TaskManagers, each in a JVM of its own, on
 * free ports of 127.0.0.1. Checkpoints go to {@link #checkpoints}, savepoints to {@link
 * #savepoints}. Task managers are numbered from 0. Safe for several threads.
 */
public final class LocalFlink implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  private final Path home;
  private final String master;
  private final int slots;
  private final ServerProcess jobManager;
  private final List<ServerProcess> taskManagers = new ArrayList<>();

  private LocalFlink(Path home, String master, int slots, ServerProcess jobManager) {
    this.home = home;
    this.master = master;
    this.slots = slots;
    this.jobManager = jobManager;
  }

  /**
   * Starts a cluster and waits until every slot is registered. It ends with this JVM at the latest.
   *
   * @param directory takes its configuration, logs, checkpoints and savepoints; made if it is not
   *     there
   * @param taskManagers at least 1
   * @param slots of each TaskManager, at least 1
   * @throws LocalClusterException if it does not start
   */
  public static LocalFlink start(Path directory, int taskManagers, int slots) {
    return start(directory, taskManagers, slots, Map.of());
  }

  /**
   * The same with further configuration, which wins over what this class sets.
   *
   * @param configuration as in {@code flink-conf.yaml}
   */
  public static LocalFlink start(
      Path directory, int taskManagers, int slots, Map<String, String> configuration) {
    return start(directory, taskManagers, slots, configuration, Lifetime.CHILD);
  }

  static LocalFlink start(
      Path directory,
      int taskManagers,
      int slots,
      Map<String, String> configuration,
      Lifetime lifetime) {
    Path home = directory.toAbsolutePath().normalize();
    int[] ports = FreePorts.take(3);
    Map<String, String> all = new TreeMap<>(FlinkDefaults.configuration(home, ports, slots));
    all.putAll(configuration);
    try {
      Files.createDirectories(home.resolve("conf"));
      Files.createDirectories(home.resolve("tmp"));
      Files.writeString(
          home.resolve("conf/flink-conf.yaml"),
          all.entrySet().stream()
              .map(p -> p.getKey() + ": " + p.getValue() + "\n")
              .collect(Collectors.joining()));
    } catch (IOException e) {
      throw new LocalClusterException("cannot write to %s: %s".formatted(home, e.getMessage()), e);
    }
    String master = "127.0.0.1:" + ports[0];
    LocalFlink flink =
        new LocalFlink(
            home,
            master,
            slots,
            java(
                "the Flink JobManager at " + master,
                lifetime,
                home,
                "jobmanager",
                FlinkDefaults.jobManagerOptions(),
                List.of("org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint")));
    try {
      for (int i = 0; i < taskManagers; i++) {
        flink.taskManagers.add(
            java(
                "Flink TaskManager " + i,
                lifetime,
                home,
                "taskmanager-" + i,
                FlinkDefaults.taskManagerOptions(),
                List.of(
                    "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
                    "-D",
                    "taskmanager.resource-id=taskmanager-" + i)));
      }
      flink.awaitStart();
    } catch (LocalClusterException e) {
      flink.close();
      throw e;
    }
    return flink;
  }

  private static ServerProcess java(
      String name,
      Lifetime lifetime,
      Path home,
      String file,
      List<String> jvmOptions,
      List<String> main) {
    Path log = home.resolve(file + ".log");
    List<String> options = new ArrayList<>(jvmOptions);
    // Where the web interface looks for the log.
    options.add("-Dlog.file=" + log);
    options.add("-Djava.io.tmpdir=" + home.resolve("tmp"));
    List<String> command = new ArrayList<>(main);
    command.add(1, "--configDir");
    command.add(2, home.resolve("conf").toString());
    return ServerProcess.java(
        name, lifetime, log, options, command, Map.of("CLASSPATH", Distribution.FLINK.classPath()));
  }

  // A TaskManager counts as soon as it is registered; its slots follow with its first report.
  private void awaitStart() {
    int all = taskManagers.size() * slots;
    ServerProcess.await(
        List.copyOf(processes().values()),
        "the cluster has all %d of its slots".formatted(all),
        START_LIMIT,
        () ->
            Answers.isTrue(
                url() + "/overview", overview -> overview.path("slots-total").asInt() >= all));
  }

  /** {@code 127.0.0.1:port}, for {@code --flinkMaster}; the same after a restart. */
  public String master() {
    return master;
  }

  /** The address of the web and REST interface, without a slash at its end. */
  public String url() {
    return "http://" + master;
  }

  /** The directory of the checkpoints, which stay when a job is cancelled or fails. */
  public Path checkpoints() {
    return home.resolve("checkpoints");
  }

  /** The directory of savepoints that are taken without naming one. */
  public Path savepoints() {
    return home.resolve("savepoints");
  }

  /** The process id of the running, or last, JobManager. */
  public long jobManagerPid() {
    return jobManager.pid();
  }

  /** The process id of the running, or last, TaskManager of that number. */
  public long taskManagerPid(int number) {
    return taskManagers.get(number).pid();
  }

  /** What a TaskManager has logged since it was last started. */
  public String taskManagerLog(int number) {
    return taskManagers.get(number).output();
  }

  /** All processes by a name that is also their log's. */
  Map<String, ServerProcess> processes() {
    Map<String, ServerProcess> processes = new LinkedHashMap<>();
    processes.put("jobmanager", jobManager);
    for (int i = 0; i < taskManagers.size(); i++) {
      processes.put("taskmanager-" + i, taskManagers.get(i));
    }
    return processes;
  }

  /** Ends the JobManager at once, as {@code kill -9} does. Its jobs are forgotten. */
  public void killJobManager() {
    jobManager.kill();
  }

  /** Starts a JobManager that was killed, on the same port, and waits for all slots. */
  public void restartJobManager() {
    jobManager.startAgain();
    awaitStart();
  }

  /** Ends a TaskManager at once, as {@code kill -9} does. */
  public void killTaskManager(int number) {
    taskManagers.get(number).kill();
  }

  /** Starts a TaskManager that was killed; the cluster takes it in within seconds. */
  public void restartTaskManager(int number) {
    taskManagers.get(number).startAgain();
  }

  /** Ends the cluster; checkpoints, savepoints and logs stay. */
  @Override
  public void close() {
    // Together: each may take its time.
    processes().values().parallelStream().forEach(ServerProcess::close);
  }
}
