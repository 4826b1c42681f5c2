/** Puts predictions into a table of PostgreSQL. Knows no window and no engine. */
@NullMarked
package dev.braid.pipelines.io.postgres;

import org.jspecify.annotations.NullMarked;
