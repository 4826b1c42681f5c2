/**
 * Where workers find the bundle, and batches of rows that cross windows. Knows no modality and no
 * scene.
 */
@NullMarked
package dev.braid.transforms.model;

import org.jspecify.annotations.NullMarked;
