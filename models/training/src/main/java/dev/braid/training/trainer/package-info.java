/** Fits encoders and fusion to a data set. Knows no file format. */
@NullMarked
package dev.braid.training.trainer;

import org.jspecify.annotations.NullMarked;
