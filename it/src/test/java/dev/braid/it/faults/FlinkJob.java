package dev.braid.it.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.runners.local.LocalFlink;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** A job on a cluster, through Flink's REST interface. */
final class FlinkJob {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final LocalFlink flink;
  private final String id;

  FlinkJob(LocalFlink flink, String id) {
    this.flink = flink;
    this.id = id;
  }

  /** Cancels every job of a cluster that has not ended. */
  static void cancelAll(LocalFlink flink) {
    for (JsonNode job : new FlinkJob(flink, "").known("overview", "/jobs")) {
      if (job.path("end-time").asLong() < 0) {
        new FlinkJob(flink, job.path("jid").asText()).cancel();
      }
    }
  }

  String id() {
    return id;
  }

  String state() {
    return get("").path("state").asText();
  }

  /** Waits until every task is running. */
  void awaitRunning() {
    Await.until(
        () -> "job %s runs; it is %s: %s".formatted(id, state(), exceptions()),
        LIMIT,
        () -> {
          JsonNode job = get("");
          int running = job.path("status-counts").path("RUNNING").asInt();
          // A reader without a partition is done at once.
          int finished = job.path("status-counts").path("FINISHED").asInt();
          return job.path("state").asText().equals("RUNNING")
              && running > 0
              && running + finished == job.path("vertices").size();
        });
  }

  /** Waits for one more checkpoint that was begun after now. */
  void awaitCheckpoint() {
    int before = completed();
    // The first to be completed may have begun before.
    Await.until(
        () -> "two more checkpoints than %d: %s".formatted(before, exceptions()),
        LIMIT,
        () -> completed() >= before + 2);
  }

  private int completed() {
    return known("/checkpoints", "/counts/completed").asInt();
  }

  int restored() {
    return known("/checkpoints", "/counts/restored").asInt();
  }

  /** What Flink calls the state backend. */
  String stateBackend() {
    return known("/checkpoints/config", "/state_backend").asText();
  }

  /** A part of an answer, as soon as the JobManager gives one. */
  private JsonNode known(String path, String part) {
    AtomicReference<JsonNode> found = new AtomicReference<>();
    Await.until(
        () -> "job %s tells its %s".formatted(id, part),
        LIMIT,
        () -> {
          found.set(get(path).at(part));
          return !found.get().isMissingNode();
        });
    return found.get();
  }

  /** The newest checkpoint that is complete, as it is found when the JobManager is gone. */
  URI newestCheckpointIn(Path checkpoints) throws IOException {
    try (Stream<Path> files = Files.list(checkpoints.resolve(id))) {
      return files
          .filter(directory -> Files.exists(directory.resolve("_metadata")))
          .max(Comparator.comparing(directory -> number(directory.getFileName().toString())))
          .orElseThrow(() -> new AssertionError("no checkpoint of " + id))
          .toUri();
    }
  }

  private static long number(String name) {
    return Long.parseLong(name.replace("chk-", ""));
  }

  String exceptions() {
    return failure().lines().limit(3).toList().toString();
  }

  /** Why it failed last, with the whole trace; empty if it has not. */
  String failure() {
    return get("/exceptions").path("root-exception").asText();
  }

  /** Takes a savepoint, cancels the job and returns where the savepoint lies. */
  String cancelWithSavepoint() {
    String request =
        send(
                "/savepoints",
                "POST",
                BodyPublishers.ofString(
                    "{\"cancel-job\":true,\"target-directory\":\"%s\"}"
                        .formatted(flink.savepoints().toUri())))
            .path("request-id")
            .asText();
    Await.until(
        () -> "the savepoint is taken: " + get("/savepoints/" + request),
        LIMIT,
        () -> get("/savepoints/" + request).at("/status/id").asText().equals("COMPLETED"));
    JsonNode operation = get("/savepoints/" + request).path("operation");
    if (!operation.has("location")) {
      throw new AssertionError("no savepoint: " + operation);
    }
    awaitEnd();
    return operation.path("location").asText();
  }

  /**
   * What Flink's REST interface shows of a counter of the job, under the name that docs/metrics.md
   * says: the sum over all subtasks and places of the step.
   */
  long counter(Class<?> step, String name) {
    String end = "." + step.getName().replace('.', '_') + "_" + name;
    long sum = 0;
    for (JsonNode vertex : get("").path("vertices")) {
      String metrics = "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
      for (JsonNode metric : get(metrics)) {
        String id = metric.path("id").asText();
        if (id.endsWith(end)) {
          String query = "?agg=sum&get=" + URLEncoder.encode(id, StandardCharsets.UTF_8);
          sum += get(metrics + query).path(0).path("sum").asLong();
        }
      }
    }
    return sum;
  }

  void cancel() {
    send("", "PATCH", BodyPublishers.noBody());
    awaitEnd();
  }

  private void awaitEnd() {
    Await.until(
        () -> "job %s is cancelled; it is %s".formatted(id, state()),
        LIMIT,
        () -> state().equals("CANCELED"));
  }

  private JsonNode get(String path) {
    return send(path, "GET", BodyPublishers.noBody());
  }

  private JsonNode send(String path, String method, BodyPublisher body) {
    try {
      HttpResponse<byte[]> response =
          HTTP.send(
              HttpRequest.newBuilder(URI.create(flink.url() + "/jobs/" + id + path))
                  .method(method, body)
                  .header("Content-Type", "application/json")
                  .timeout(Duration.ofSeconds(30))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      return response.body().length == 0 ? JSON.nullNode() : JSON.readTree(response.body());
    } catch (IOException e) {
      return JSON.nullNode(); // The JobManager is down or busy: whoever waits asks again.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
