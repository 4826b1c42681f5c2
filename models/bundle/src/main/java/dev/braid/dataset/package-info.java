/** A data set directory: observations, blobs, labels, splits and spec. Knows no model. */
@NullMarked
package dev.braid.dataset;

import org.jspecify.annotations.NullMarked;
