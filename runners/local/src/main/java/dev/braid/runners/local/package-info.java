/**
 * Starts real Kafka, Flink and Spark as processes of this machine, and ends them. Names their
 * classes only as what a JVM is started with.
 */
@NullMarked
package dev.braid.runners.local;

import org.jspecify.annotations.NullMarked;
