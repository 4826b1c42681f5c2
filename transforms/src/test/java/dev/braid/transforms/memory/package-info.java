/** A file system of Beam that lives in this JVM, under {@code memory://}. Knows no bundle. */
@NullMarked
package dev.braid.transforms.memory;

import org.jspecify.annotations.NullMarked;
