/**
 * Observations as elements of a pipeline: parsing, coders, and the form of a dead letter. Knows no
 * model and no window.
 */
@NullMarked
package dev.braid.transforms.observation;

import org.jspecify.annotations.NullMarked;
