/**
 * All embeddings of one entity in one window as rows of the fusion model, and the model's outputs
 * as an answer. Training and serving share it, so that they see the same tokens in the same order.
 */
@NullMarked
package dev.braid.scene;

import org.jspecify.annotations.NullMarked;
