/** Answers a data set's tasks with a random forest, to hold a net to. Knows no net. */
@NullMarked
package dev.braid.training.baseline;

import org.jspecify.annotations.NullMarked;
