/** Fixtures that the tests of all transforms share. */
@NullMarked
package dev.braid.transforms;

import org.jspecify.annotations.NullMarked;
