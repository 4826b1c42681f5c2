/** Measures ways to serve, and engines, against each other in one run. */
@NullMarked
package dev.braid.pipelines.bench;

import org.jspecify.annotations.NullMarked;
