package dev.braid.transforms.align;

import dev.braid.spec.SpecYaml;
import dev.braid.transforms.Collected;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Windows in real time, where an engine's test stream does not wait for what the engine makes of a
 * step, or knows no processing time.
 */
abstract class LiveWindows {
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  final Scripted script = new Scripted();

  /** The options of a streaming run on the engine that is held to this contract. */
  protected abstract PipelineOptions options();

  /** Waits until a run whose stream has ended is over. */
  protected void finish(PipelineResult result) {
    result.waitUntilFinish();
  }

  /** What the test does while the stream is read. */
  interface Steps {
    void run(Collected<Scene> scenes);
  }

  final List<String> run(String window, String wait, Steps steps) throws Exception {
    Pipeline pipeline = Pipeline.create(options());
    Collected<Scene> scenes =
        Collected.of(
            pipeline
                .apply(Read.from(script))
                .apply(AlignModalities.in(SpecYaml.parse(Alignment.spec(window, wait))))
                .output());
    // Some engines return from the launch only when all is done.
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(() -> finish(pipeline.run()), task -> new Thread(task).start());
    try {
      steps.run(scenes);
    } finally {
      script.end();
    }
    try {
      running.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the run did not end as it should", e);
    }
    return scenes.elements().stream().map(Alignment::describe).toList();
  }

  static void await(Collected<Scene> scenes, int count) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (scenes.elements().size() < count) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "%d scenes were awaited, but there are: %s"
                .formatted(count, scenes.elements().stream().map(Alignment::describe).toList()));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
