package dev.braid.runners.spark;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.streaming.DStreamGraph;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.StreamingContext;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.dstream.DStream;
import org.apache.spark.streaming.scheduler.Job;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.mutable.ArraySeq;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * All outputs of a micro-batch as one job, which ends at the first that fails.
 *
 * <p>Left to Spark each output is a job of its own. The next one runs although one has failed, and
 * when the last one succeeds the whole batch counts as done: a checkpoint that is written then, in
 * the moment before the run stops, does not name the batch any more, and what its failed output
 * should have written is lost.
 */
final class BatchInOneJob extends DStream<BoxedUnit> {
  private static final long serialVersionUID = 1L;

  // Spark writes it into the checkpoint with the graph.
  @SuppressWarnings("serial")
  private final ArrayList<DStream<?>> outputs;

  private BatchInOneJob(StreamingContext context, List<DStream<?>> outputs) {
    super(context, ClassTag$.MODULE$.apply(BoxedUnit.class));
    this.outputs = new ArrayList<>(outputs);
  }

  /** Joins the outputs of a graph that has not started. */
  static void join(StreamingContext context) {
    DStreamGraph graph = context.graph();
    List<DStream<?>> outputs = List.of(graph.getOutputStreams());
    try {
      // There is no other way to take one out.
      Field field = DStreamGraph.class.getDeclaredField("outputStreams");
      field.setAccessible(true);
      field.set(graph, new ArraySeq<DStream<?>>(0));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this is not the Spark that Braid was built with", e);
    }
    graph.addOutputStream(new BatchInOneJob(context, outputs));
  }

  @Override
  public Duration slideDuration() {
    return outputs.get(0).slideDuration();
  }

  @Override
  public scala.collection.immutable.List<DStream<?>> dependencies() {
    return JavaConverters.asScalaBuffer(outputs).toList();
  }

  @Override
  public Option<RDD<BoxedUnit>> compute(Time time) {
    return Option.empty();
  }

  @Override
  public Option<Job> generateJob(Time time) {
    List<Job> jobs = new ArrayList<>();
    for (DStream<?> output : outputs) {
      Option<Job> job = output.generateJob(time);
      if (job.isDefined()) {
        jobs.add(job.get());
      }
    }
    return Option.apply(
        new Job(
            time,
            () -> {
              for (Job job : jobs) {
                job.run();
                // Throws what the output has thrown.
                job.result().get();
              }
              return BoxedUnit.UNIT;
            }));
  }
}
