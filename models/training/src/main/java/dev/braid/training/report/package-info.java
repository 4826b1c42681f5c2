/** Draws what a training did as one self-contained page. */
@NullMarked
package dev.braid.training.report;

import org.jspecify.annotations.NullMarked;
