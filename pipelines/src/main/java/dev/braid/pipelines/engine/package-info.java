/**
 * Finds the engine that a pipeline runs on and states its defaults. Knows nothing of the pipeline.
 */
@NullMarked
package dev.braid.pipelines.engine;

import org.jspecify.annotations.NullMarked;
