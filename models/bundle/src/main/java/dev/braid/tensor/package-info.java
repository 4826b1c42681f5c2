/** Rows and shapes of tensors, free of any tensor library. */
@NullMarked
package dev.braid.tensor;

import org.jspecify.annotations.NullMarked;
