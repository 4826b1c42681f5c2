/**
 * Simulates a plant: what its machines' sensors, cameras and operators report, and the truth about
 * them. Knows no model, no pipeline and no file.
 */
@NullMarked
package dev.braid.pipelines.simulate;

import org.jspecify.annotations.NullMarked;
