/**
 * What the product is compared with: systems that use ONNX Runtime themselves. Knows nothing of how
 * the product batches, serves or encodes.
 */
@NullMarked
package dev.braid.bench.baseline;

import org.jspecify.annotations.NullMarked;
