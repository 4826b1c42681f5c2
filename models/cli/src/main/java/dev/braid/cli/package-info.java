/**
 * How a command of {@code braid} starts, prints and ends. Knows no command and nothing of what they
 * do.
 */
@NullMarked
package dev.braid.cli;

import org.jspecify.annotations.NullMarked;
