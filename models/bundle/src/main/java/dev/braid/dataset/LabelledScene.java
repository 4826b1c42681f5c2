package dev.braid.dataset;

import dev.braid.observation.Observation;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What was observed of one entity in one window, and the truth about it.
 *
 * @param labels by task; not every scene has one for every task
 * @param observations by modality in the order of the spec, each list in the order of {@link
 *     dev.braid.scene.TokenOrder} but with no limit to their number; only modalities that are
 *     present
 */
public record LabelledScene(
    String entity,
    Instant start,
    Instant end,
    Split split,
    Map<String, Object> labels,
    Map<String, List<Observation>> observations) {}
