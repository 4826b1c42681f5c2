/** Packaging and defaults for Direct. Knows nothing of the pipeline. */
@NullMarked
package dev.braid.runners.direct;

import org.jspecify.annotations.NullMarked;
