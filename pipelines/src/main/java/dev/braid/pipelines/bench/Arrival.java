package dev.braid.pipelines.bench;

import dev.braid.dataset.LabelledScene;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import java.util.List;
import java.util.Map;

/**
 * A scene as it arrives: cleaned observations whose bytes are in memory.
 *
 * @param payloads by modality, the payload of each observation
 */
record Arrival(LabelledScene scene, Map<String, List<Payload>> payloads) {
  Observation observation(String modality, int index) {
    List<Observation> all = scene.observations().getOrDefault(modality, List.of());
    return all.get(index);
  }
}
