/** Asks the fusion model about scenes, in batches that cross windows. Knows no observation. */
@NullMarked
package dev.braid.transforms.fuse;

import org.jspecify.annotations.NullMarked;
