/** Writes a trained model as a bundle. */
@NullMarked
package dev.braid.training.export;

import org.jspecify.annotations.NullMarked;
