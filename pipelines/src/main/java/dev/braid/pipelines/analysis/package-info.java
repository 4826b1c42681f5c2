/** The composed analysis, from lines to predictions, and one bounded run of it. Knows no engine. */
@NullMarked
package dev.braid.pipelines.analysis;

import org.jspecify.annotations.NullMarked;
