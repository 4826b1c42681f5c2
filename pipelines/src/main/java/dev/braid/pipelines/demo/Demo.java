package dev.braid.pipelines.demo;

import dev.braid.bundle.Bundle;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.LabelledScene;
import dev.braid.pipelines.analysis.AnalysisReport;
import dev.braid.pipelines.analysis.AnalysisRun;
import dev.braid.pipelines.convert.ConversionReport;
import dev.braid.pipelines.convert.Conversions;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.evaluate.EvaluationReport;
import dev.braid.pipelines.evaluate.Scorer;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.pipelines.simulate.PlantSpec;
import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.observation.DeadLetter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Simulates a plant, runs the analysis over what was observed, and holds the predictions to the
 * simulator's truth. The run is the one that {@code braid run} makes.
 */
public final class Demo {
  private record Window(String machine, Instant end) {}

  private Demo() {}

  /** Hears what a demo is at. */
  public interface Listener {
    /** The output is ready, and the simulation starts. */
    void simulating();

    /** So many machines of all are simulated. */
    void simulated(long done, long total);

    /** The simulation is done, and the analysis starts. */
    void analysing();

    /** The analysis is done, and its predictions are held to the truth. */
    void scoring(AnalysisReport report);
  }

  /**
   * Runs the demo and fills its output directory: {@code bundle}, {@code input}, predictions, dead
   * letters and {@code report.html}. If it fails, nothing of that stays.
   *
   * @param pipelineOptions made for {@code engine}
   * @throws java.nio.file.DirectoryNotEmptyException if the output holds files of somebody else
   * @throws IOException if the output cannot be written
   * @throws dev.braid.pipelines.convert.InvalidSourceException if the input cannot be written
   * @throws dev.braid.pipelines.analysis.AnalysisException if the run fails
   */
  public static DemoResult run(
      DemoOptions options, Engine engine, PipelineOptions pipelineOptions, Listener listener)
      throws IOException {
    try (DemoDirectory directory = DemoDirectory.prepare(options.output())) {
      listener.simulating();
      ShippedBundle.copyTo(directory.bundle());
      ConversionReport recorded =
          Conversions.simulate(
              options.plant(), PlantSpec.PERIOD, true, directory.input(), listener::simulated);
      listener.analysing();
      long begin = System.nanoTime();
      AnalysisReport analysis =
          new AnalysisRun(directory.bundle(), directory.input(), options.output(), true)
              .run(engine, pipelineOptions);
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      listener.scoring(analysis);
      DemoResult result = score(options, directory, recorded.count("broken"), analysis, took);
      DemoReport.of(result).write(directory.report());
      directory.keep();
      return result;
    }
  }

  private static DemoResult score(
      DemoOptions options,
      DemoDirectory directory,
      long broken,
      AnalysisReport analysis,
      Duration took)
      throws IOException {
    Bundle bundle = Bundle.open(directory.bundle());
    Dataset dataset = Dataset.open(directory.input());
    List<DeadLetter> deadLetters = ResultFiles.deadLetters(options.output());
    Map<Window, Prediction> predictions = predictions(options.output());
    Scorer scorer = new Scorer(bundle.spec());
    List<ScoredWindow> scored = new ArrayList<>();
    int unanswered = 0;
    for (LabelledScene scene : dataset.scenes()) {
      Prediction prediction = predictions.get(new Window(scene.entity(), scene.end()));
      if (prediction == null) {
        unanswered++;
      } else {
        scorer.add(scene.labels(), prediction.getAnswer(), prediction.getPresent());
        scored.add(
            new ScoredWindow(
                prediction,
                truth(scene, PlantSpec.STATE).toString(),
                (Double) truth(scene, PlantSpec.HEALTH)));
      }
    }
    if (scored.isEmpty()) {
      throw new IOException("none of the %d windows has a prediction".formatted(unanswered));
    }
    Prediction.Model model = scored.get(0).prediction().getModel();
    // The members of 'evaluate --json', in its order.
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("split", "all");
    more.put("drop", Map.of());
    more.put("rejected", deadLetters.size());
    more.put("unanswered", unanswered);
    more.put("name", model.name());
    more.put("precision", model.precision());
    more.put("device", model.device());
    more.put("dataDigest", dataset.digest());
    return new DemoResult(
        options,
        bundle.spec(),
        broken,
        analysis,
        took,
        scored,
        deadLetters,
        EvaluationReport.of(scorer, model.digest(), more));
  }

  private static Object truth(LabelledScene scene, String task) {
    Object value = scene.labels().get(task);
    if (value == null) {
      throw new IllegalStateException("the simulator says nothing of " + task);
    }
    return value;
  }

  private static Map<Window, Prediction> predictions(Path output) throws IOException {
    Map<Window, Prediction> byWindow = new HashMap<>();
    for (Prediction prediction : ResultFiles.predictions(output)) {
      byWindow.put(new Window(prediction.getEntity(), prediction.getWindowEnd()), prediction);
    }
    return byWindow;
  }
}
