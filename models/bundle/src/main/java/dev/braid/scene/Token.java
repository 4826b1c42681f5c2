package dev.braid.scene;

import java.time.Instant;

/**
 * One encoded observation inside a scene. The embedding is shared, not copied, and must not be
 * written to.
 */
public record Token(String id, Instant time, float[] embedding) {}
