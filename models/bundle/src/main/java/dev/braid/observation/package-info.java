/** One datum of one modality at one event time, and its JSON form. Knows no spec and no model. */
@NullMarked
package dev.braid.observation;

import org.jspecify.annotations.NullMarked;
