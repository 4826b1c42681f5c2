/** The command line of training: {@code braid train}. */
@NullMarked
package dev.braid.training;

import org.jspecify.annotations.NullMarked;
