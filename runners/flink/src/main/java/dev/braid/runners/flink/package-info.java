/** Packaging and defaults for Flink. Knows nothing of the pipeline. */
@NullMarked
package dev.braid.runners.flink;

import org.jspecify.annotations.NullMarked;
