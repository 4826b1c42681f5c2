/**
 * Tensor arithmetic written once and read twice: by libtorch to train, by ONNX to serve. Knows no
 * modality.
 */
@NullMarked
package dev.braid.training.graph;

import org.jspecify.annotations.NullMarked;
