/**
 * Turns one payload into one row of a model's input, the same way in training and in serving. Knows
 * no model and no stream.
 */
@NullMarked
package dev.braid.featurizer;

import org.jspecify.annotations.NullMarked;
