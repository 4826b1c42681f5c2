package dev.braid.pipelines.analysis;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a run did.
 *
 * @param observations lines that were read, but for blank ones
 * @param predictions predictions that were written
 * @param deadLetters dead letters that were written
 * @param duplicates observations that a scene left out because another one bears their id, counted
 *     once for every scene
 * @param leftOut observations that a scene left out because it had more of their modality than
 *     {@code maxTokens}, counted once for every scene
 * @param encoderCalls calls of the encoders
 * @param fusionCalls calls of the fusion model
 * @param digest of the bundle
 */
public record AnalysisReport(
    long observations,
    long predictions,
    long deadLetters,
    long duplicates,
    long leftOut,
    long encoderCalls,
    long fusionCalls,
    String digest) {

  /** One JSON object. */
  public ObjectNode toJson() {
    return JsonMapper.builder()
        .build()
        .createObjectNode()
        .put("observations", observations)
        .put("predictions", predictions)
        .put("deadLetters", deadLetters)
        .put("duplicates", duplicates)
        .put("leftOut", leftOut)
        .put("encoderCalls", encoderCalls)
        .put("fusionCalls", fusionCalls)
        .put("digest", digest);
  }
}
