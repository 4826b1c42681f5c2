/**
 * The model directory: manifest, models, featurizers, golden rows, digests. Knows no runtime that
 * executes a model.
 */
@NullMarked
package dev.braid.bundle;

import org.jspecify.annotations.NullMarked;
