package dev.braid.pipelines.engine;

import java.util.List;

/**
 * Why an engine does not take a run that needs a construct.
 *
 * @param reason what the engine lacks, in a few words
 * @param runners those that do the construct exactly, as {@code --runner} names them
 */
public record Refusal(String reason, List<String> runners) {
  public Refusal {
    runners = List.copyOf(runners);
  }
}
