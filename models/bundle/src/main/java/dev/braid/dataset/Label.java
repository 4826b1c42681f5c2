package dev.braid.dataset;

import java.time.Instant;

/**
 * The truth of one task about one entity from {@code start} (inclusive) to {@code end} (exclusive).
 *
 * @param value a label of the task (String), or a number (Double)
 */
public record Label(String entity, Instant start, Instant end, String task, Object value) {}
