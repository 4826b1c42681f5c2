/** Compares variants of fusion over the same encoders. Knows the trainer, not its networks. */
@NullMarked
package dev.braid.training.ablation;

import org.jspecify.annotations.NullMarked;
