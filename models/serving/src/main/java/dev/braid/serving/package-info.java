/**
 * Runs the models of a bundle in this process: sessions that the JVM shares, batching, and the
 * isolation of bad rows. The only code that knows ONNX Runtime; knows no stream and no pipeline.
 */
@NullMarked
package dev.braid.serving;

import org.jspecify.annotations.NullMarked;
