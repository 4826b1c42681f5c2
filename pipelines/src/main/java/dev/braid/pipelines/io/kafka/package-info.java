/** Reads observations from Kafka and publishes predictions and dead letters to it. */
@NullMarked
package dev.braid.pipelines.io.kafka;

import org.jspecify.annotations.NullMarked;
