package dev.braid.runners.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Predicate;

/** Asks a server's HTTP interface how it is. */
final class Answers {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  private Answers() {}

  /** Whether {@code url} answers with JSON that is as expected; no answer is none. */
  static boolean isTrue(String url, Predicate<JsonNode> expected) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build();
    try {
      HttpResponse<byte[]> response = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return response.statusCode() == 200 && expected.test(JSON.readTree(response.body()));
    } catch (IOException e) {
      return false; // Not up yet: who asks, asks again until its time is over.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalClusterException("interrupted while waiting", e);
    }
  }
}
