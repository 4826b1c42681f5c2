/**
 * Where observations come from and where predictions and dead letters go. Knows no model and no
 * window.
 */
@NullMarked
package dev.braid.pipelines.io;

import org.jspecify.annotations.NullMarked;
