/**
 * Makes a bundle smaller and faster, and refuses what loses more than it may. Knows no data set's
 * format and no runtime.
 */
@NullMarked
package dev.braid.training.compress;

import org.jspecify.annotations.NullMarked;
