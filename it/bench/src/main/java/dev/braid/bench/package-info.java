/** Holds the product's speed to that of ONNX Runtime alone. Nothing of the product knows it. */
@NullMarked
package dev.braid.bench;

import org.jspecify.annotations.NullMarked;
