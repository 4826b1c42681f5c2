/**
 * Turns public data sets, and the simulated plant, into Braid data set directories. Knows no model
 * and no pipeline.
 */
@NullMarked
package dev.braid.pipelines.convert;

import org.jspecify.annotations.NullMarked;
