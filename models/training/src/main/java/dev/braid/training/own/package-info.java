/** Encoders that a user brings as ONNX files: checked, run, and never trained. Knows no trainer. */
@NullMarked
package dev.braid.training.own;

import org.jspecify.annotations.NullMarked;
