package dev.braid.bench;

import dev.braid.transforms.align.Scene;
import dev.braid.transforms.align.SceneCoder;
import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.featurize.EmbeddingCoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to send an embedding and a scene from one worker to another. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CoderBenchmark {
  private final Embedding embedding =
      Embedding.of(
          "machine-7", "m0", "o1", Instant.parse("2026-01-01T00:00:00Z"), new float[Net.WIDTH]);
  private final Scene scene = Rows.scenes(Net.TINY).get(0);
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);

  @Benchmark
  public Embedding embedding() throws IOException {
    out.reset();
    EmbeddingCoder.of().encode(embedding, out);
    return EmbeddingCoder.of().decode(new ByteArrayInputStream(out.toByteArray()));
  }

  @Benchmark
  public Scene scene() throws IOException {
    out.reset();
    SceneCoder.of().encode(scene, out);
    return SceneCoder.of().decode(new ByteArrayInputStream(out.toByteArray()));
  }
}
