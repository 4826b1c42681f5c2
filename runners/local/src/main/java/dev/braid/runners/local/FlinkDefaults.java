package dev.braid.runners.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The configuration of a Flink cluster on one machine. */
final class FlinkDefaults {
  private static final int HEAP_MIB = 768;
  private static final int METASPACE_MIB = 256;

  private FlinkDefaults() {}

  /**
   * What goes to {@code flink-conf.yaml}.
   *
   * @param ports of the web interface, the JobManager's calls and its blobs
   */
  static Map<String, String> configuration(Path home, int[] ports, int slots) {
    return Map.ofEntries(
        Map.entry("rest.address", "127.0.0.1"),
        Map.entry("rest.bind-address", "127.0.0.1"),
        Map.entry("rest.port", Integer.toString(ports[0])),
        Map.entry("jobmanager.rpc.address", "127.0.0.1"),
        Map.entry("jobmanager.bind-host", "127.0.0.1"),
        Map.entry("jobmanager.rpc.port", Integer.toString(ports[1])),
        Map.entry("blob.server.port", Integer.toString(ports[2])),
        Map.entry("taskmanager.host", "127.0.0.1"),
        Map.entry("taskmanager.bind-host", "127.0.0.1"),
        Map.entry("taskmanager.numberOfTaskSlots", Integer.toString(slots)),
        // A TaskManager that Flink's own scripts do not start needs every one of these.
        Map.entry("taskmanager.cpu.cores", Integer.toString(slots)),
        Map.entry("taskmanager.memory.task.heap.size", (HEAP_MIB - 128) + "m"),
        Map.entry("taskmanager.memory.task.off-heap.size", "256m"),
        Map.entry("taskmanager.memory.framework.heap.size", "128m"),
        Map.entry("taskmanager.memory.framework.off-heap.size", "128m"),
        Map.entry("taskmanager.memory.managed.size", "128m"),
        Map.entry("taskmanager.memory.network.min", "192m"),
        Map.entry("taskmanager.memory.network.max", "192m"),
        Map.entry("taskmanager.memory.jvm-metaspace.size", METASPACE_MIB + "m"),
        Map.entry("taskmanager.memory.jvm-overhead.min", "128m"),
        Map.entry("taskmanager.memory.jvm-overhead.max", "128m"),
        Map.entry("io.tmp.dirs", home.resolve("tmp").toString()),
        Map.entry("web.tmpdir", home.resolve("tmp").toString()),
        Map.entry("state.checkpoints.dir", home.resolve("checkpoints").toUri().toString()),
        Map.entry("state.savepoints.dir", home.resolve("savepoints").toUri().toString()),
        Map.entry(
            "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION"),
        // Its classes and its native library are the process's and not a job's, whose class loader
        // they would keep for ever.
        Map.entry("classloader.parent-first-patterns.additional", "ai.onnxruntime"),
        // A process that is gone refuses the next two heartbeats; one that is only slow is waited
        // for.
        Map.entry("heartbeat.interval", "2000"),
        Map.entry("heartbeat.timeout", "60000"),
        Map.entry("pekko.ask.timeout", "60 s"),
        Map.entry("web.timeout", "60000"),
        Map.entry("cluster.registration.error-delay", "1000"));
  }

  static List<String> jobManagerOptions() {
    return options("-Xmx512m", "-XX:TieredStopAtLevel=1");
  }

  static List<String> taskManagerOptions() {
    return options(
        "-Xmx" + HEAP_MIB + "m",
        "-XX:MaxMetaspaceSize=" + METASPACE_MIB + "m",
        "-XX:MaxDirectMemorySize=576m");
  }

  /** With what Flink 1.19 opens on JDK 17. */
  private static List<String> options(String... memory) {
    List<String> options = new ArrayList<>(List.of(memory));
    options.add("-XX:+UseSerialGC");
    options.add("--add-exports=java.base/sun.net.util=ALL-UNNAMED");
    options.add("--add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED");
    Stream.of(
            "lang",
            "net",
            "io",
            "nio",
            "lang.reflect",
            "text",
            "time",
            "util",
            "util.concurrent",
            "util.concurrent.atomic",
            "util.concurrent.locks")
        .map(name -> "--add-opens=java.base/java." + name + "=ALL-UNNAMED")
        .forEach(options::add);
    options.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    return options;
  }
}
