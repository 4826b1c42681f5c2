/**
 * Where workers find the bundle and newer versions of it, and how they ask its models: in batches
 * that cross windows. Knows no modality and no scene.
 */
@NullMarked
package dev.braid.transforms.model;

import org.jspecify.annotations.NullMarked;
