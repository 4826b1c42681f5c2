/** Reads templates of runs and fills in their parameters. Knows no engine and starts nothing. */
@NullMarked
package dev.braid.pipelines.template;

import org.jspecify.annotations.NullMarked;
