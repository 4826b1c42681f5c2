package dev.braid.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bench.baseline.BareLoop;
import dev.braid.bench.baseline.RowMaker;
import dev.braid.bundle.Bundle;
import dev.braid.scene.SceneTensors;
import dev.braid.serving.ModelServer;
import dev.braid.serving.OnnxGraph;
import dev.braid.serving.RowResult;
import dev.braid.serving.ServingOptions;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BenchBundleTest {
  private static final TensorSpec EMBEDDING = TensorSpec.floats("embedding", Net.WIDTH);

  @TempDir private Path directory;

  @Test
  void theNetsCostWhatTheyAreSaidTo() throws Exception {
    Bundle tiny = BenchBundle.write(directory, Net.TINY, false);
    List<TensorSpec> inputs = new SceneTensors(tiny.spec(), tiny.widths()).inputs();
    assertThat(Net.TINY.fusion(tiny.spec(), inputs, false).multiplications())
        .isCloseTo(80_000, Percentage.withPercentage(5));
    assertThat(multiplications(Net.SMALL)).isCloseTo(300_000, Percentage.withPercentage(10));
    assertThat(multiplications(Net.MEDIUM)).isCloseTo(70_000_000, Percentage.withPercentage(5));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theBareLoopGivesTheEmbeddingsThatTheProductServes(boolean bytes) throws Exception {
    Bundle bundle = BenchBundle.write(directory, Net.SMALL, bytes);
    RowMaker<Object> maker = RowMaker.of(bundle, false);
    List<TensorRow> rows =
        Pool.rows(Net.SMALL).stream().limit(5).map(row -> maker.row(row)).toList();
    try (BareLoop loop = new BareLoop(directory, bundle, false, rows);
        ModelServer.Lease lease = ModelServer.lease(directory, ServingOptions.defaults())) {
      List<RowResult<float[]>> served = lease.server().encode("m0", rows);
      List<float[][]> bare = loop.answers();
      assertThat(bare).hasSize(5);
      for (int i = 0; i < bare.size(); i++) {
        assertThat(served.get(i)).isInstanceOf(RowResult.Served.class);
        assertThat(((RowResult.Served<float[]>) served.get(i)).value()).isEqualTo(bare.get(i)[0]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Net.class)
  void bytesGiveAboutWhatFloatsDo(Net net) {
    TensorSpec input = TensorSpec.floats("series", net.channels() + 1, net.samples());
    float[] values = new float[input.stride()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    float[] floats = embed(net, input, values, false);
    float[] bytes = embed(net, input, values, true);
    double error = 0;
    double size = 0;
    for (int i = 0; i < floats.length; i++) {
      error += Math.pow(floats[i] - bytes[i], 2);
      size += Math.pow(floats[i], 2);
    }
    assertThat(size).isGreaterThan(0.1);
    assertThat(error / size).isLessThan(0.05);
  }

  private static float[] embed(Net net, TensorSpec input, float[] values, boolean bytes) {
    byte[] onnx = net.encoder(input, EMBEDDING, bytes).toByteArray();
    try (OnnxGraph graph = OnnxGraph.open(net.name(), onnx)) {
      Map<String, OnnxGraph.Output> outputs =
          graph.run(List.of(input), List.of(TensorRow.of((Object) values)));
      return outputs.get("embedding").values();
    }
  }

  private static long multiplications(Net net) {
    TensorSpec input = TensorSpec.floats("series", net.channels() + 1, net.samples());
    return net.encoder(input, EMBEDDING, false).multiplications();
  }
}
