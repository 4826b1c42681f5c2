/** Measures ways to serve bundles against each other in one run. Knows no Beam. */
@NullMarked
package dev.braid.pipelines.bench;

import org.jspecify.annotations.NullMarked;
