package dev.braid.pipelines.evaluate;

import dev.braid.dataset.AnomalyWindow;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * How well flags of scenes find the labelled windows of a data set, by window: the composite F1 of
 * Garg et al. (An Evaluation of Anomaly Detection and Diagnosis in Multivariate Time Series, IEEE
 * TNNLS 33(6), 2022). A window is found if a scene that overlaps it is flagged, so that a window
 * counts once however long it is; precision counts scenes, so that flagging everything earns
 * nothing. Windows are those of the data set, such as the ones of the Numenta Anomaly Benchmark
 * (Lavin and Ahmad, ICMLA 2015), whose credit for early detection is not given here.
 *
 * @param windows labelled windows that at least one scene overlaps
 * @param found windows of which a scene was flagged
 * @param flagged scenes
 * @param falseScenes flagged scenes that overlap no labelled window
 * @param falseAlarms runs of consecutive false scenes of one entity: what would call an operator
 * @param precision the share of flagged scenes that overlap a labelled window; 0 without any
 * @param recall the share of labelled windows that are found; 0 without any
 * @param f1 the harmonic mean of both
 */
public record AnomalyScore(
    int windows,
    int found,
    int flagged,
    int falseScenes,
    int falseAlarms,
    double precision,
    double recall,
    double f1) {

  /** One scene and whether it was flagged. */
  public record Flag(String entity, Instant start, Instant end, boolean flagged) {}

  /**
   * The score of scenes, those of one entity in the order of their starts.
   *
   * @param labelled of these and perhaps other entities
   */
  public static AnomalyScore of(List<Flag> scenes, Collection<AnomalyWindow> labelled) {
    int windows = 0;
    int found = 0;
    for (AnomalyWindow window : labelled) {
      List<Flag> mine = scenes.stream().filter(scene -> overlaps(window, scene)).toList();
      windows += mine.isEmpty() ? 0 : 1;
      found += mine.stream().anyMatch(Flag::flagged) ? 1 : 0;
    }
    int flagged = 0;
    int falseScenes = 0;
    int falseAlarms = 0;
    String alarmed = "";
    for (Flag scene : scenes) {
      boolean isFalse =
          scene.flagged() && labelled.stream().noneMatch(window -> overlaps(window, scene));
      flagged += scene.flagged() ? 1 : 0;
      falseScenes += isFalse ? 1 : 0;
      falseAlarms += isFalse && !alarmed.equals(scene.entity()) ? 1 : 0;
      alarmed = isFalse ? scene.entity() : "";
    }
    double precision = flagged == 0 ? 0 : (double) (flagged - falseScenes) / flagged;
    double recall = windows == 0 ? 0 : (double) found / windows;
    double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    return new AnomalyScore(
        windows, found, flagged, falseScenes, falseAlarms, precision, recall, f1);
  }

  private static boolean overlaps(AnomalyWindow window, Flag scene) {
    return window.overlaps(scene.entity(), scene.start(), scene.end());
  }
}
