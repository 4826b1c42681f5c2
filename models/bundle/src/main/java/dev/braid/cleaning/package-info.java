/**
 * Checks and repairs observations by their spec. Training and serving share it, so that both see
 * the same data. Knows no model.
 */
@NullMarked
package dev.braid.cleaning;

import org.jspecify.annotations.NullMarked;
