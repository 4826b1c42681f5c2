/**
 * Fits the featurizers of a spec to a stream of observations. Knows no model and no file format.
 */
@NullMarked
package dev.braid.transforms.fit;

import org.jspecify.annotations.NullMarked;
