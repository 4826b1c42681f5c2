/** Packaging and defaults for Spark. Knows nothing of the pipeline. */
@NullMarked
package dev.braid.runners.spark;

import org.jspecify.annotations.NullMarked;
