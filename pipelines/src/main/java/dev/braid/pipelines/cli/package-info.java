/**
 * The commands of {@code braid}: reads arguments, calls one plain class, prints its result. Knows
 * no model and no transform.
 */
@NullMarked
package dev.braid.pipelines.cli;

import org.jspecify.annotations.NullMarked;
