/** How good answers are, given the truth. Plain arithmetic on arrays. */
@NullMarked
package dev.braid.metric;

import org.jspecify.annotations.NullMarked;
