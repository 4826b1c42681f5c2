/** Joins modalities by entity and event time into scenes. Knows no model. */
@NullMarked
package dev.braid.transforms.align;

import org.jspecify.annotations.NullMarked;
