/** The spec: what is observed, in which windows, and what is asked. Knows no data and no model. */
@NullMarked
package dev.braid.spec;

import org.jspecify.annotations.NullMarked;
