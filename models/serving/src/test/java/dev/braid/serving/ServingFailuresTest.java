package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServingFailuresTest {
  private static final TinyBundle TINY = TinyBundle.ofSeed(1);

  @TempDir Path directory;

  @AfterEach
  void noServerIsLeftOpen() {
    assertThat(Leases.open()).isZero();
  }

  private static Model model(TinyGraph graph, List<TensorSpec> inputs, TensorSpec output)
      throws OrtException {
    return new Model(
        "encoder 'x' of sha256:0",
        LanePolicy.OF_CPU.run(),
        new Manifest.Model("x.onnx", inputs, List.of(output), ""),
        Sessions.environment(),
        Sessions.open("x.onnx", graph.bytes(), Device.ON_CPU, ServingOptions.defaults()));
  }

  /** A model that asks for 4 TiB for each row of a batch beyond the eighth. */
  private static Model hungry() throws OrtException {
    TinyGraph graph = new TinyGraph();
    TensorSpec pixels = TensorSpec.floats("pixels", 2);
    TensorSpec embedding = TensorSpec.floats("embedding", 2);
    String input = graph.input(pixels);
    String rows =
        graph.node(
            "Gather", List.of(graph.node("Shape", List.of(input)), graph.longs(new long[] {0}, 1)));
    String excess =
        graph.node(
            "Max",
            List.of(
                graph.node("Sub", List.of(rows, graph.longs(new long[] {8}, 1))),
                graph.longs(new long[] {0}, 1)));
    String size =
        graph.node(
            "Add",
            List.of(
                graph.node("Mul", List.of(excess, graph.longs(new long[] {1L << 40}, 1))),
                graph.longs(new long[] {1}, 1)));
    String zeros = graph.node("ConstantOfShape", List.of(size));
    String zero = graph.node("ReduceSum", List.of(zeros), new TinyGraph.Attribute("keepdims", 1));
    graph.output(embedding, graph.node("Add", List.of(input, zero)));
    return model(graph, List.of(pixels), embedding);
  }

  private static <T> T value(RowResult<T> result) {
    assertThat(result).isInstanceOf(RowResult.Served.class);
    return ((RowResult.Served<T>) result).value();
  }

  @Test
  void aBatchThatDoesNotFitIntoMemoryIsHalvedAndTheSizeThatFitsIsRemembered() throws Exception {
    try (Model model = hungry()) {
      List<TensorRow> rows = TinyBundle.rows(List.of(TensorSpec.floats("pixels", 2)), 64);
      ServingNotes first = new ServingNotes();
      ServingNotes second = new ServingNotes();

      List<RowResult<float[]>> results = model.run(rows, outputs -> outputs[0], first);
      model.run(rows, outputs -> outputs[0], second);

      for (int i = 0; i < 64; i++) {
        assertThat(value(results.get(i))).containsExactly(rows.get(i).floats(0));
      }
      // 64, 32 and 16 rows were tried once; what is left of the 64 is then cut without a trial.
      assertThat(first.batches).containsOnly(8).hasSize(8);
      assertThat(first.failed).containsExactly(64, 32, 16);
      assertThat(first.splits).containsExactlyInAnyOrder(64, 32, 16, 16, 32, 16, 16);
      assertThat(model.fittingBytes()).isEqualTo(8 * 2 * Float.BYTES);
      assertThat(second.batches).containsOnly(8).hasSize(8);
      assertThat(second.splits).isEmpty();
    }
  }

  @Test
  void callersWhoseJoinedRowsDoNotFitIntoMemoryAreAllAnswered() throws Exception {
    try (Model model = hungry()) {
      List<TensorRow> rows = TinyBundle.rows(List.of(TensorSpec.floats("pixels", 2)), 24);
      JoinedRuns joined =
          new JoinedRuns(
              (all, observer) -> model.run(all, float[][]::clone, observer), 256, lastRun -> 0);
      CountDownLatch together = new CountDownLatch(4);
      List<Callable<List<RowResult<float[]>>>> callers = new ArrayList<>();
      for (int c = 0; c < 4; c++) {
        List<TensorRow> own = rows.subList(6 * c, 6 * c + 6);
        callers.add(
            () -> {
              together.countDown();
              together.await();
              return joined.run(own, outputs -> outputs[0], CallObserver.NONE);
            });
      }
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<List<RowResult<float[]>>>> answers = threads.invokeAll(callers);
        for (int i = 0; i < 24; i++) {
          assertThat(value(answers.get(i / 6).get().get(i % 6)))
              .containsExactly(rows.get(i).floats(0));
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void aBadRowDoesNotChangeWhatFits() throws Exception {
    TINY.write(directory, TINY.manifest("sha256:unknown"), TINY.files());
    try (ModelServer.Lease lease = ModelServer.lease(directory, ServingOptions.defaults())) {
      List<TensorRow> rows = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        rows.add(TensorRow.of(new long[] {i % 5}, new float[] {1}));
      }
      rows.set(45, TensorRow.of(new long[] {99}, new float[] {1}));
      ServingNotes first = new ServingNotes();
      ServingNotes second = new ServingNotes();

      List<RowResult<float[]>> results = lease.server().encode("log", rows, first);
      lease.server().encode("log", rows.subList(0, 40), second);

      assertThat(results.get(45))
          .isInstanceOfSatisfying(
              RowResult.Failed.class,
              failed ->
                  assertThat(failed.reason())
                      .startsWith("encoder 'log' of " + lease.server().digest() + ": ")
                      .endsWith("; inputs: 'terms' [1, 1], 'weights' [1, 1]"));
      assertThat(results).filteredOn(RowResult.Served.class::isInstance).hasSize(63);
      // Bisected: 64 fails; 0-31 is sound, so 32-63 is cut without a trial; 32-47 fails; and so on.
      assertThat(first.batches).containsExactly(32, 8, 4, 1, 2, 16);
      assertThat(first.failed).containsExactly(64, 16, 2, 1);
      assertThat(first.splits).containsExactly(64, 32, 16, 8, 4, 2);
      assertThat(second.batches).containsExactly(40);
      assertThat(first.waits).isEqualTo(1);
    }
  }

  @Test
  void paddingIsTold() throws Exception {
    TINY.write(directory, TINY.manifest("sha256:unknown"), TINY.files());
    try (ModelServer.Lease lease = ModelServer.lease(directory, ServingOptions.defaults())) {
      ServingNotes notes = new ServingNotes();
      List<TensorRow> rows =
          List.of(
              TensorRow.of(new long[20], new float[20]),
              TensorRow.of(new long[19], new float[19]),
              TensorRow.of(new long[2], new float[2]));

      lease.server().encode("log", rows, notes);

      assertThat(notes.batches).containsExactly(1, 2);
      assertThat(notes.elements).isEqualTo(2 * (20 + 19 + 2));
      assertThat(notes.padding).isEqualTo(2);
    }
  }

  @Test
  void aModelThatFailsOnItsFirstRowIsNotServed() {
    TensorSpec pixels = TensorSpec.floats("pixels", 1, 8, 8);
    TensorSpec embedding = TensorSpec.floats("embedding", 4);
    TinyGraph graph = new TinyGraph();
    // 64 pixels do not divide into rows of 7: it loads, and fails on whatever comes.
    String sevens =
        graph.node("Reshape", List.of(graph.input(pixels), graph.longs(new long[] {-1, 7}, 2)));
    graph.output(
        embedding, graph.node("MatMul", List.of(sevens, graph.floats(new float[28], 7, 4))));
    Map<String, byte[]> files = new LinkedHashMap<>(TINY.files());
    files.put("encoders/camera.onnx", graph.bytes());
    TINY.write(directory, TINY.manifest("sha256:unknown"), files);

    assertThatThrownBy(() -> ModelServer.lease(directory, ServingOptions.defaults()))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("golden/camera.json: golden row 0 fails: encoder 'camera' of sha256:")
        .hasMessageContaining("Reshape")
        .hasMessageContaining("'pixels' [1, 1, 8, 8]");
  }

  @Test
  void aBundleThatAsksForMoreMemoryThanAllowedIsRefusedBeforeItIsLoaded() {
    Map<String, byte[]> files = new LinkedHashMap<>(TINY.files());
    files.put("fusion.onnx", "not even a model".getBytes(StandardCharsets.UTF_8));
    TINY.write(directory, TINY.manifest("sha256:unknown"), files);
    long bytes =
        files.entrySet().stream()
            .filter(file -> file.getKey().endsWith(".onnx"))
            .mapToLong(file -> file.getValue().length)
            .sum();

    assertThatThrownBy(
            () ->
                ModelServer.lease(
                    directory, ServingOptions.defaults().withMaxModelBytes(bytes - 1)))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessage(
            ("bundle %s: its models have %,d bytes together, but a server loads at most %,d;"
                    + " compress it")
                .formatted(directory, bytes, bytes - 1));
    // One byte more, and it is looked at.
    assertThatThrownBy(
            () -> ModelServer.lease(directory, ServingOptions.defaults().withMaxModelBytes(bytes)))
        .hasMessageContaining("fusion.onnx is no model that can be served");
  }

  @Test
  void theFirstValueThatIsNotFiniteIsFoundWhereverItIs() {
    for (int length = 1; length < 20; length++) {
      float[] values = new float[length];
      Arrays.fill(values, -Float.MAX_VALUE);
      assertThat(Finite.firstThatIsNot(values)).isEqualTo(-1);
      for (int at = length - 1; at >= 0; at--) {
        values[at] = at % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
        assertThat(Finite.firstThatIsNot(values)).isEqualTo(at);
      }
    }
    assertThat(Finite.firstThatIsNot(new float[0])).isEqualTo(-1);
  }
}
