package dev.braid.runners.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cluster that was started: what its clients need, and its processes.
 *
 * @param address for clients
 * @param url of the web interface; null if it has none
 */
record ClusterState(
    Distribution engine, String address, @Nullable String url, List<StartedProcess> processes) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  static ClusterState of(
      Distribution engine,
      String address,
      @Nullable String url,
      Map<String, ServerProcess> processes) {
    List<StartedProcess> started = new ArrayList<>();
    processes.forEach((name, process) -> started.add(StartedProcess.of(name, process.handle())));
    return new ClusterState(engine, address, url, List.copyOf(started));
  }

  boolean isRunning() {
    return processes.stream().allMatch(process -> process.handle().isPresent());
  }

  ObjectNode json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("engine", engine.directoryName()).put("address", address).put("url", url);
    ArrayNode list = json.putArray("processes");
    for (StartedProcess process : processes) {
      list.addObject()
          .put("name", process.name())
          .put("pid", process.pid())
          .put("started", process.started().toString());
    }
    return json;
  }

  /** What {@link #json} wrote. */
  static ClusterState parse(Path file, byte[] bytes) {
    try {
      JsonNode json = JSON.readTree(bytes);
      List<StartedProcess> processes = new ArrayList<>();
      for (JsonNode process : json.required("processes")) {
        processes.add(
            new StartedProcess(
                process.required("name").asText(),
                process.required("pid").asLong(),
                Instant.parse(process.required("started").asText())));
      }
      return new ClusterState(
          Distribution.named(json.required("engine").asText()),
          json.required("address").asText(),
          json.required("url").textValue(),
          List.copyOf(processes));
    } catch (IOException | RuntimeException e) {
      throw new LocalClusterException(
          "%s is not what 'braid cluster up' wrote (%s); end what it names yourself and delete it"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /** One line for a person. */
  String line() {
    return "%s %s%s".formatted(engine.directoryName(), address, url == null ? "" : " " + url);
  }

  /** What to do next. */
  String advice() {
    String name = engine.directoryName();
    String use =
        switch (engine) {
          case KAFKA ->
              "--input kafka://" + address + "/TOPIC --output kafka://" + address + "/TOPIC";
          case FLINK -> "--runner flink --flinkMaster " + address;
          case SPARK -> "--runner spark --sparkMaster " + address;
        };
    String watch = url == null ? "" : "watch it at %s%n".formatted(url);
    return "%suse it:  ./braid run %s ...%nend it:  ./braid cluster down %s"
        .formatted(watch, use, name);
  }
}
