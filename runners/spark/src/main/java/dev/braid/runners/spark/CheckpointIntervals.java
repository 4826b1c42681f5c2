package dev.braid.runners.spark;

import java.util.HashSet;
import java.util.Set;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.streaming.DStreamGraph;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.dstream.DStream;
import org.apache.spark.streaming.dstream.InputDStream;
import scala.collection.JavaConverters;

/**
 * How often what is kept between micro-batches is written to the checkpoint directory.
 *
 * <p>What was read is written with every batch, before the batch is worked on: a batch that is
 * repeated, after a fault or a restart, is then the same batch. Left to Spark it would be every
 * tenth, and the nine after it would be read again, with other elements in them than those that the
 * state has seen. The state itself is larger, can be computed again from what was read, and is
 * written at longer intervals.
 */
final class CheckpointIntervals {
  private final Duration reads;
  private final Duration state;
  private final Set<DStream<?>> seen = new HashSet<>();

  private CheckpointIntervals(Duration reads, Duration state) {
    this.reads = reads;
    this.state = state;
  }

  /**
   * Sets the intervals of a graph that has not started.
   *
   * @param batch of the micro-batches
   * @param stateMillis between two writings of the state, rounded up to whole batches
   */
  static void set(DStreamGraph graph, Duration batch, long stateMillis) {
    long batches = Math.max(1, (stateMillis + batch.milliseconds() - 1) / batch.milliseconds());
    CheckpointIntervals intervals =
        new CheckpointIntervals(batch, new Duration(batches * batch.milliseconds()));
    for (DStream<?> output : graph.getOutputStreams()) {
      intervals.visit(output);
    }
  }

  private void visit(DStream<?> stream) {
    if (!seen.add(stream)) {
      return;
    }
    boolean isRead = false;
    for (DStream<?> dependency : JavaConverters.seqAsJavaList(stream.dependencies())) {
      visit(dependency);
      isRead |= dependency instanceof InputDStream;
    }
    if (stream.mustCheckpoint()) {
      if (isRead) {
        stream.checkpoint(reads);
        // Lost from memory before it is written, it would be read again.
        stream.persist(StorageLevel.MEMORY_AND_DISK_SER());
      } else {
        stream.checkpoint(state);
      }
    }
  }
}
