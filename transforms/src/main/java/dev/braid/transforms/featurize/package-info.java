/** Encodes every observation once, in batches that cross windows. Knows no other observation. */
@NullMarked
package dev.braid.transforms.featurize;

import org.jspecify.annotations.NullMarked;
