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

/**
 * A real Spark standalone cluster: a master and some workers, each in a JVM of its own, on free
 * ports of 127.0.0.1; a worker starts a further JVM for each executor. Workers are numbered from 0.
 * The master keeps what it knows in a file, so that it comes back with its applications. Safe for
 * several threads.
 */
public final class LocalSpark implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  /**
   * On one machine a silent worker is a dead one; a master that comes back waits for it so long.
   */
  private static final String WORKER_TIMEOUT = "-Dspark.worker.timeout=15";

  private final Path sparkHome;
  private final String master;
  private final String url;
  private final ServerProcess masterProcess;
  private final List<ServerProcess> workers = new ArrayList<>();

  private LocalSpark(Path sparkHome, String master, String url, ServerProcess masterProcess) {
    this.sparkHome = sparkHome;
    this.master = master;
    this.url = url;
    this.masterProcess = masterProcess;
  }

  /**
   * Starts a cluster and waits until every worker is registered. It ends with this JVM at the
   * latest.
   *
   * @param directory takes its configuration, logs and work; made if it is not there
   * @param workers at least 1
   * @param cores of each worker, at least 1
   * @throws LocalClusterException if it does not start
   */
  public static LocalSpark start(Path directory, int workers, int cores) {
    return start(directory, workers, cores, Lifetime.CHILD);
  }

  static LocalSpark start(Path directory, int workers, int cores, Lifetime lifetime) {
    Path directoryPath = directory.toAbsolutePath().normalize();
    Path sparkHome = directoryPath.resolve("spark-home");
    try {
      prepare(sparkHome);
    } catch (IOException e) {
      throw new LocalClusterException(
          "cannot write to %s: %s".formatted(directoryPath, e.getMessage()), e);
    }
    int[] ports = FreePorts.take(2);
    String master = "spark://127.0.0.1:" + ports[0];
    Map<String, String> environment =
        Map.of(
            "CLASSPATH",
            sparkHome.resolve("jars") + "/*",
            "SPARK_HOME",
            sparkHome.toString(),
            "SPARK_SCALA_VERSION",
            "2.12",
            "SPARK_LOCAL_IP",
            "127.0.0.1",
            "JAVA_HOME",
            System.getProperty("java.home"));
    LocalSpark spark =
        new LocalSpark(
            sparkHome,
            master,
            "http://127.0.0.1:" + ports[1],
            ServerProcess.java(
                "the Spark master at " + master,
                lifetime,
                directoryPath.resolve("master.log"),
                List.of(
                    "-Xmx512m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    WORKER_TIMEOUT,
                    "-Dspark.deploy.recoveryMode=FILESYSTEM",
                    "-Dspark.deploy.recoveryDirectory=" + directoryPath.resolve("recovery")),
                List.of(
                    "org.apache.spark.deploy.master.Master",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    Integer.toString(ports[0]),
                    "--webui-port",
                    Integer.toString(ports[1])),
                environment));
    try {
      spark.awaitWorkers();
      for (int i = 0; i < workers; i++) {
        spark.workers.add(
            ServerProcess.java(
                "Spark worker " + i,
                lifetime,
                directoryPath.resolve("worker-" + i + ".log"),
                List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", WORKER_TIMEOUT),
                List.of(
                    "org.apache.spark.deploy.worker.Worker",
                    "--host",
                    "127.0.0.1",
                    "--webui-port",
                    "0",
                    "--cores",
                    Integer.toString(cores),
                    "--memory",
                    "2g",
                    "--work-dir",
                    directoryPath.resolve("work-" + i).toString(),
                    master),
                environment));
      }
      spark.awaitWorkers();
    } catch (LocalClusterException e) {
      spark.close();
      throw e;
    }
    return spark;
  }

  /** A directory that Spark takes for an installation of itself. */
  private static void prepare(Path sparkHome) throws IOException {
    Files.createDirectories(sparkHome.resolve("conf"));
    Path jars = sparkHome.resolve("jars");
    if (!Files.isSymbolicLink(jars)) {
      Files.createSymbolicLink(jars, Distribution.SPARK.directory());
    }
    Files.writeString(sparkHome.resolve("RELEASE"), "Spark 3.5.0\n");
    Files.writeString(
        sparkHome.resolve("conf/log4j2.properties"),
        """
        rootLogger.level = info
        rootLogger.appenderRef.stderr.ref = stderr
        appender.stderr.type = Console
        appender.stderr.name = stderr
        appender.stderr.target = SYSTEM_ERR
        appender.stderr.layout.type = PatternLayout
        appender.stderr.layout.pattern = %d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n%ex
        """);
  }

  private void awaitWorkers() {
    ServerProcess.await(
        List.copyOf(processes().values()),
        "the cluster has its %d workers".formatted(workers.size()),
        START_LIMIT,
        () ->
            Answers.isTrue(
                url + "/json/",
                state ->
                    state.path("status").asText().equals("ALIVE")
                        && state.path("aliveworkers").asInt() >= workers.size()));
  }

  /** {@code spark://127.0.0.1:port}, for {@code --sparkMaster}; the same after a restart. */
  public String master() {
    return master;
  }

  /** The address of the master's web interface. */
  public String url() {
    return url;
  }

  /** What {@code SPARK_HOME} must be for {@code org.apache.spark.deploy.SparkSubmit}. */
  public Path sparkHome() {
    return sparkHome;
  }

  /** The process id of the running, or last, master. */
  public long masterPid() {
    return masterProcess.pid();
  }

  /** The process id of the running, or last, worker of that number. */
  public long workerPid(int number) {
    return workers.get(number).pid();
  }

  /** All processes by a name that is also their log's. */
  Map<String, ServerProcess> processes() {
    Map<String, ServerProcess> processes = new LinkedHashMap<>();
    processes.put("master", masterProcess);
    for (int i = 0; i < workers.size(); i++) {
      processes.put("worker-" + i, workers.get(i));
    }
    return processes;
  }

  /** Ends a worker and its executors at once, as {@code kill -9} does. */
  public void killWorker(int number) {
    ServerProcess worker = workers.get(number);
    List<ProcessHandle> executors = worker.handle().descendants().toList();
    worker.kill();
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  /** Starts a worker that was killed; the master takes it in within seconds. */
  public void restartWorker(int number) {
    workers.get(number).startAgain();
  }

  /** Ends the master at once, as {@code kill -9} does. */
  public void killMaster() {
    masterProcess.kill();
  }

  /** Starts a master that was killed, on the same port, and waits for all workers. */
  public void restartMaster() {
    masterProcess.startAgain();
    awaitWorkers();
  }

  /** Ends the cluster; logs stay. */
  @Override
  public void close() {
    List<ProcessHandle> executors =
        workers.stream().flatMap(worker -> worker.handle().descendants()).toList();
    processes().values().parallelStream().forEach(ServerProcess::close);
    executors.forEach(ProcessHandle::destroyForcibly);
  }
}
