package dev.braid.pipelines.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.braid.pipelines.analysis.AnalysisReport;
import dev.braid.pipelines.analysis.AnalysisRun;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;

/** One engine, measured alone in its process: the same analysis of few and of many observations. */
public final class EngineRun {
  private EngineRun() {}

  /**
   * What was measured.
   *
   * @param observations of the larger input less those of the smaller one
   * @param seconds that the larger one took longer, without what an engine needs to start and stop
   * @param cpuSeconds of all threads of this process in that time
   */
  public record Figures(long observations, double seconds, double cpuSeconds) {}

  private record Took(long observations, double seconds, double cpuSeconds) {}

  /**
   * Measures in this process, which should do nothing else: the larger input once to warm up, then
   * both.
   */
  public static Figures measure(Engine engine, Path bundle, Path small, Path large)
      throws IOException {
    run(engine, bundle, large);
    Took few = run(engine, bundle, small);
    Took many = run(engine, bundle, large);
    return new Figures(
        many.observations - few.observations,
        many.seconds - few.seconds,
        many.cpuSeconds - few.cpuSeconds);
  }

  private static Took run(Engine engine, Path bundle, Path input) throws IOException {
    Path output = Files.createTempDirectory("braid-bench");
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    try {
      long cpu = system.getProcessCpuTime();
      long begin = System.nanoTime();
      AnalysisReport report =
          new AnalysisRun(bundle, input, output, true)
              .run(engine, Engines.options(engine, PipelineOptions.class, List.of()));
      return new Took(
          report.observations(),
          (System.nanoTime() - begin) / 1e9,
          (system.getProcessCpuTime() - cpu) / 1e9);
    } finally {
      Directories.delete(output);
    }
  }
}
