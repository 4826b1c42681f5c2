/** Checks and repairs observations before they are encoded. Knows no model and no window. */
@NullMarked
package dev.braid.transforms.clean;

import org.jspecify.annotations.NullMarked;
