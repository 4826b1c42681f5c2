package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.GoldenRows;
import dev.braid.bundle.Manifest;
import dev.braid.scene.Answer;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelServerTest {
  private static final TinyBundle TINY = TinyBundle.ofSeed(1);

  @TempDir Path directory;

  @AfterEach
  void noServerIsLeftOpen() {
    assertThat(Leases.open()).isZero();
  }

  private ModelServer.Lease lease() {
    TinyBundle.write(directory);
    return ModelServer.lease(directory, ServingOptions.defaults());
  }

  private static List<TensorRow> rows(ModelServer server, String modality, int count) {
    return TinyBundle.rows(server.featurizers().get(modality).inputs(), count);
  }

  private static <T> T value(RowResult<T> result) {
    assertThat(result).isInstanceOf(RowResult.Served.class);
    return ((RowResult.Served<T>) result).value();
  }

  private static String reason(RowResult<?> result) {
    assertThat(result).isInstanceOf(RowResult.Failed.class);
    return ((RowResult.Failed<?>) result).reason();
  }

  private static void assertClose(float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vibration", "log", "order", "camera"})
  void aBatchOfAnyLengthEqualsPlainJavaRowByRow(String modality) {
    try (ModelServer.Lease lease = lease()) {
      for (int count : new int[] {1, 2, 63, 64, 65, 200}) {
        List<TensorRow> rows = rows(lease.server(), modality, count);

        List<RowResult<float[]>> results = lease.server().encode(modality, rows);

        assertThat(results).hasSize(count);
        for (int i = 0; i < count; i++) {
          assertClose(value(results.get(i)), TINY.models().encode(modality, rows.get(i)));
        }
      }
    }
  }

  @Test
  void aPaddedRowGivesTheSameAnswerAsAlone() {
    try (ModelServer.Lease lease = lease()) {
      ModelServer server = lease.server();
      List<TensorRow> rows = TinyBundle.rows(server.sceneTensors().inputs(), 7);

      List<RowResult<Answer>> together = server.fuse(rows);

      for (int i = 0; i < rows.size(); i++) {
        Answer alone = value(server.fuse(List.of(rows.get(i))).get(0));
        assertThat(value(together.get(i)).attention()).isEqualTo(alone.attention());
        assertThat(value(together.get(i)).anomalyScore())
            .isCloseTo(alone.anomalyScore(), within(1e-6f));
      }
    }
  }

  @Test
  void theFusionAnswersAsPlainJavaDoes() {
    try (ModelServer.Lease lease = lease()) {
      List<TensorRow> rows = TinyBundle.rows(lease.server().sceneTensors().inputs(), 100);

      List<RowResult<Answer>> results = lease.server().fuse(rows);

      for (int i = 0; i < rows.size(); i++) {
        float[][] expected = TINY.models().fuse(rows.get(i));
        Answer answer = value(results.get(i));
        Answer.Classified state = (Answer.Classified) answer.tasks().get("state");
        float[] probabilities = new float[3];
        int at = 0;
        for (float probability : state.probabilities().values()) {
          probabilities[at++] = probability;
        }
        assertClose(probabilities, expected[0]);
        Answer.Estimated health = (Answer.Estimated) answer.tasks().get("health");
        assertThat(health.value()).isCloseTo(expected[1][0], within(1e-4f));
        assertThat(answer.anomalyScore()).isCloseTo(expected[2][0], within(1e-5f));
      }
    }
  }

  @Test
  void noRowsGiveNoResults() {
    try (ModelServer.Lease lease = lease()) {
      assertThat(lease.server().encode("camera", List.of())).isEmpty();
      assertThat(lease.server().fuse(List.of())).isEmpty();
    }
  }

  @Test
  void aRowThatTheModelRefusesFailsAloneAndSaysWhy() {
    try (ModelServer.Lease lease = lease()) {
      List<TensorRow> rows = new ArrayList<>(rows(lease.server(), "log", 20));
      // The vocabulary has 5 terms: Gather refuses the whole batch.
      rows.set(13, TensorRow.of(new long[] {99}, new float[] {1}));

      List<RowResult<float[]>> results = lease.server().encode("log", rows);

      assertThat(reason(results.get(13)))
          .startsWith("encoder 'log' of " + lease.server().digest())
          .contains("Gather");
      for (int i = 0; i < 20; i++) {
        if (i != 13) {
          assertClose(value(results.get(i)), TINY.models().encode("log", rows.get(i)));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aRowThatIsNotFiniteFailsAlone(float value) {
    try (ModelServer.Lease lease = lease()) {
      List<TensorRow> rows = new ArrayList<>(rows(lease.server(), "vibration", 3));
      float[] series = rows.get(1).floats(0).clone();
      series[4] = value;
      rows.set(1, TensorRow.of(series));

      List<RowResult<float[]>> results = lease.server().encode("vibration", rows);

      assertThat(reason(results.get(1)))
          .isEqualTo(
              "encoder 'vibration' of %s: tensor 'series' [1, 3, 10] must hold finite numbers,"
                      .formatted(lease.server().digest())
                  + " but element 4 was: "
                  + value);
      assertClose(value(results.get(0)), TINY.models().encode("vibration", rows.get(0)));
      assertClose(value(results.get(2)), TINY.models().encode("vibration", rows.get(2)));
    }
  }

  @Test
  void anOutputThatIsNotFiniteFailsItsRowAlone() {
    try (ModelServer.Lease lease = lease()) {
      List<TensorSpec> inputs = lease.server().sceneTensors().inputs();
      List<TensorRow> rows = new ArrayList<>(TinyBundle.rows(inputs, 3));
      Object[] columns = new Object[inputs.size()];
      for (int c = 0; c < columns.length; c++) {
        columns[c] = rows.get(1).floats(c);
      }
      // The sum of two tokens is infinite, and weights of both signs make that no number.
      float[] tokens = new float[2 * 3];
      Arrays.fill(tokens, Float.MAX_VALUE);
      columns[0] = tokens;
      columns[1] = new float[] {1, 1};
      columns[2] = new float[] {0, 0};
      rows.set(1, TensorRow.of(columns));

      List<RowResult<Answer>> results = lease.server().fuse(rows);

      assertThat(reason(results.get(1)))
          .isEqualTo(
              "fusion of %s: output 'task.state' [1, 3] must be finite, but element 0 was: NaN"
                  .formatted(lease.server().digest()));
      assertThat(results.get(0)).isInstanceOf(RowResult.Served.class);
      assertThat(results.get(2)).isInstanceOf(RowResult.Served.class);
    }
  }

  @Test
  void aRowThatSpoilsItsWholeBatchFailsAlone() {
    TensorSpec pixels = TensorSpec.floats("pixels", 1, 8, 8);
    TensorSpec embedding = TensorSpec.floats("embedding", 4);
    TinyGraph graph = new TinyGraph();
    String flat =
        graph.node("Flatten", List.of(graph.input(pixels)), new TinyGraph.Attribute("axis", 1));
    // Nothing times the squares of all rows of the batch: no number where a square is infinite.
    String squares =
        graph.node(
            "ReduceSum",
            List.of(graph.node("Mul", List.of(flat, flat)), graph.longs(new long[] {0}, 1)),
            new TinyGraph.Attribute("keepdims", 1));
    String nothing = graph.node("MatMul", List.of(squares, graph.floats(new float[64 * 4], 64, 4)));
    String zeros = graph.node("MatMul", List.of(flat, graph.floats(new float[64 * 4], 64, 4)));
    graph.output(embedding, graph.node("Add", List.of(zeros, nothing)));
    List<TensorRow> rows = new ArrayList<>(TinyBundle.rows(List.of(pixels), 5));
    Map<String, byte[]> files = new LinkedHashMap<>(TINY.files());
    files.put("encoders/camera.onnx", graph.bytes());
    files.put(
        "golden/camera.json",
        new GoldenRows(rows.subList(0, 1), List.<float[][]>of(new float[][] {new float[4]}))
            .toJson()
            .getBytes(StandardCharsets.UTF_8));
    TINY.write(directory, TINY.manifest("sha256:unknown"), files);
    float[] huge = new float[64];
    Arrays.fill(huge, 1e30f);
    rows.set(3, TensorRow.of(huge));

    try (ModelServer.Lease lease = ModelServer.lease(directory, ServingOptions.defaults())) {
      List<RowResult<float[]>> results = lease.server().encode("camera", rows);

      assertThat(reason(results.get(3))).contains("output 'embedding' [1, 4] must be finite");
      for (int i : new int[] {0, 1, 2, 4}) {
        assertThat(value(results.get(i))).containsExactly(0, 0, 0, 0);
      }
    }
  }

  @Test
  void closingWaitsForTheCallsThatAreUnderWay() throws Exception {
    ModelServer.Lease lease = lease();
    ModelServer server = lease.server();
    List<TensorRow> rows = TinyBundle.rows(server.sceneTensors().inputs(), 200);
    CyclicBarrier started = new CyclicBarrier(5);

    List<Future<Integer>> calls = new ArrayList<>();
    ExecutorService executor = Executors.newFixedThreadPool(4);
    try {
      for (int i = 0; i < 4; i++) {
        calls.add(
            executor.submit(
                () -> {
                  started.await();
                  for (int answered = 0; ; answered += 200) {
                    try {
                      assertThat(server.fuse(rows)).hasSize(200);
                    } catch (IllegalStateException e) {
                      return answered;
                    }
                  }
                }));
      }
      started.await();
      lease.close();
      for (Future<Integer> call : calls) {
        assertThat(call.get()).isNotNegative();
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void aRowOfAnotherShapeFailsAloneAndNamesTheTensor() {
    try (ModelServer.Lease lease = lease()) {
      List<TensorRow> rows = new ArrayList<>(rows(lease.server(), "order", 2));
      rows.add(TensorRow.of(new float[7]));

      List<RowResult<float[]>> results = lease.server().encode("order", rows);

      assertThat(reason(results.get(2)))
          .endsWith("tensor 'features' has shape [-1, 5], but the row held 7 elements");
      assertThat(results.get(0)).isInstanceOf(RowResult.Served.class);
    }
  }

  @Test
  void anUnknownModalityIsRefused() {
    try (ModelServer.Lease lease = lease()) {
      assertThatThrownBy(() -> lease.server().encode("smell", List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no modality 'smell'; known: [vibration, log, order, camera]");
    }
  }

  @Test
  void parallelCallsAgree() throws Exception {
    try (ModelServer.Lease lease = lease()) {
      ModelServer server = lease.server();
      List<TensorRow> scenes = TinyBundle.rows(server.sceneTensors().inputs(), 150);
      List<TensorRow> texts = rows(server, "log", 150);
      List<RowResult<Answer>> answers = server.fuse(scenes);

      List<Boolean> right =
          together(
              8,
              () -> {
                for (int repeat = 0; repeat < 20; repeat++) {
                  if (!server.fuse(scenes).equals(answers)) {
                    return false;
                  }
                  List<RowResult<float[]>> embedded = server.encode("log", texts);
                  for (int i = 0; i < texts.size(); i++) {
                    assertClose(value(embedded.get(i)), TINY.models().encode("log", texts.get(i)));
                  }
                }
                return true;
              });

      assertThat(right).containsOnly(true).hasSize(8);
    }
  }

  @Test
  void theServerSaysWhatItServes() {
    try (ModelServer.Lease lease = lease()) {
      ModelServer server = lease.server();
      Manifest manifest = Bundle.open(directory).manifest();
      assertThat(server.name()).isEqualTo("tiny");
      assertThat(server.digest()).isEqualTo(Bundle.open(directory).digest());
      assertThat(server.device()).isEqualTo("cpu");
      assertThat(server.precision()).isEqualTo("fp32");
      assertThat(server.spec()).isEqualTo(manifest.spec());
      assertThat(server.anomalyThreshold()).isEqualTo(0.5);
      assertThat(server.models())
          .extracting(ModelInfo::name)
          .containsExactly("vibration", "log", "order", "camera", "fusion");
      // The camera's weights: 64 pixels x 4 values.
      assertThat(server.models().get(3).parameters()).isEqualTo(256);
      assertThat(server.models().get(3).parameterBytes()).isEqualTo(1024);
    }
  }

  /** Calls the same thing from so many threads at the same moment. */
  static <T> List<T> together(int threads, Callable<T> call) throws Exception {
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(
            executor.submit(
                () -> {
                  start.await();
                  return call.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      executor.shutdown();
    }
  }
}
