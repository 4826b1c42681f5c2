package dev.braid.pipelines.analysis;

import dev.braid.bundle.Bundle;
import dev.braid.observation.Blobs;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.io.kafka.KafkaCluster;
import dev.braid.pipelines.io.kafka.KafkaInput;
import dev.braid.pipelines.io.kafka.ReadTopics;
import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.model.ServedBundle;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.ExperimentalOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.StreamingOptions;
import org.apache.beam.sdk.transforms.errorhandling.ErrorHandler.BadRecordErrorHandler;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * The analysis of a stream, from topics of Kafka to wherever predictions and dead letters go; it
 * goes on until it is stopped.
 *
 * @param bundle the directory of the bundle, which every worker sees
 * @param blobs what references of observations are read from
 * @param predictions where predictions go
 * @param deadLetters where dead letters go, files or a topic
 */
public record StreamRun(
    Path bundle, KafkaInput input, Blobs blobs, Destination predictions, Destination deadLetters) {

  public StreamRun {
    Destinations.checkDeadLetters(deadLetters);
  }

  /**
   * Checks everything that can be checked before a launch, and starts.
   *
   * @param options made by {@link dev.braid.pipelines.engine.Engines#options} for {@code engine}
   * @throws dev.braid.bundle.InvalidBundleException if the bundle must not be served
   * @throws dev.braid.pipelines.io.DestinationException if topics, directories or tables are not as
   *     they must be
   */
  public PipelineResult start(Engine engine, PipelineOptions options) {
    Bundle opened = Bundle.open(bundle);
    KafkaCluster.partitions(input.address(), input.settings());
    int shards = prepare(predictions);
    prepare(deadLetters);
    options.as(StreamingOptions.class).setStreaming(true);
    // Spark takes no splittable DoFn in a stream; one read for all engines is one to trust.
    ExperimentalOptions.addExperiment(options.as(ExperimentalOptions.class), "use_deprecated_read");
    return engine.run(pipeline(options, opened, shards));
  }

  /** Makes sure that it can be written to, and returns a topic's number of partitions. */
  private static int prepare(Destination destination) {
    if (destination instanceof Destination.Files files) {
      try {
        java.nio.file.Files.createDirectories(files.directory());
      } catch (IOException e) {
        throw new AnalysisException(
            "cannot write to the output %s: %s"
                .formatted(files.directory(), OutputDirectory.reason(e)),
            e);
      }
    }
    return Destinations.prepare(destination);
  }

  private Pipeline pipeline(PipelineOptions options, Bundle opened, int shards) {
    Pipeline pipeline = Pipeline.create(options);
    try (BadRecordErrorHandler<PDone> errors =
        pipeline.registerBadRecordErrorHandler(Destinations.deadLetters(deadLetters))) {
      PCollection<Prediction> answered =
          pipeline
              .apply("Read", ReadTopics.of(input))
              .apply(
                  AnalyzeObservations.with(
                          opened.spec(), ServedBundle.of(bundle, opened), blobs, errors)
                      .withFormat(input.format()));
      Destinations.write(answered, predictions, shards, input.group() + "-predictions", errors);
    }
    return pipeline;
  }
}
