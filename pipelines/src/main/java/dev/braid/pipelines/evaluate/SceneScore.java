package dev.braid.pipelines.evaluate;

import java.time.Instant;

/** How unusual one scene is: the higher, the more so. */
public record SceneScore(String entity, Instant start, Instant end, double score) {}
