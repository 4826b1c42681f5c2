package dev.braid.pipelines.fit;

import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * What a fit did.
 *
 * @param observations lines that were read, but for blank ones
 * @param fitted observations of the training part that were counted
 * @param deadLetters dead letters that were written
 * @param featurizers files of featurizers that were written, one for each modality
 */
public record FitReport(long observations, long fitted, long deadLetters, int featurizers) {

  /** One JSON object. */
  public String toJson() {
    return JsonMapper.builder()
        .build()
        .createObjectNode()
        .put("observations", observations)
        .put("fitted", fitted)
        .put("deadLetters", deadLetters)
        .put("featurizers", featurizers)
        .toString();
  }
}
