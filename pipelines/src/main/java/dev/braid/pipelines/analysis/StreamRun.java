package dev.braid.pipelines.analysis;

import dev.braid.bundle.Bundle;
import dev.braid.observation.Blobs;
import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Need;
import dev.braid.pipelines.engine.StreamIdentity;
import dev.braid.pipelines.io.Rolling;
import dev.braid.pipelines.io.kafka.KafkaCluster;
import dev.braid.pipelines.io.kafka.KafkaInput;
import dev.braid.pipelines.io.kafka.ReadTopics;
import dev.braid.spec.Spec;
import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.model.ServedBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.ExperimentalOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.StreamingOptions;
import org.apache.beam.sdk.transforms.errorhandling.ErrorHandler.BadRecordErrorHandler;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.jspecify.annotations.Nullable;

/**
 * The analysis of a stream, from topics of Kafka to wherever predictions and dead letters go; it
 * goes on until it is stopped.
 *
 * @param bundle the directory of the bundle, which every worker sees
 * @param blobs what references of observations are read from
 * @param predictions where predictions go
 * @param deadLetters where dead letters go, files or a topic
 * @param spec the file of a spec whose windows take the place of the bundle's; null for those
 * @param serving how the workers serve the bundle
 */
public record StreamRun(
    Path bundle,
    KafkaInput input,
    Blobs blobs,
    Destination predictions,
    Destination deadLetters,
    @Nullable Path spec,
    Serving serving) {

  public StreamRun {
    Destinations.checkDeadLetters(deadLetters);
  }

  /** In the windows of the bundle, on the CPU. */
  public StreamRun(
      Path bundle,
      KafkaInput input,
      Blobs blobs,
      Destination predictions,
      Destination deadLetters) {
    this(bundle, input, blobs, predictions, deadLetters, null, Serving.defaults());
  }

  /** The same run in the windows of the spec in {@code file}; null for those of the bundle. */
  public StreamRun withSpec(@Nullable Path file) {
    return new StreamRun(bundle, input, blobs, predictions, deadLetters, file, serving);
  }

  /** The same run with its bundle served in another way. */
  public StreamRun withServing(Serving way) {
    return new StreamRun(bundle, input, blobs, predictions, deadLetters, spec, way);
  }

  /**
   * Why {@code engine} does not take this run, one line for each reason; none if it does.
   *
   * @throws dev.braid.bundle.InvalidBundleException if the bundle must not be served
   * @throws dev.braid.spec.InvalidSpecException if the spec is not valid or not the bundle's
   */
  public List<String> refusals(Engine engine) {
    return Need.refused(needs(AskedSpec.of(Bundle.open(bundle), spec)), engine);
  }

  private List<Need> needs(Spec asked) {
    List<Need> needs = new ArrayList<>(Need.of(asked, true));
    if (predictions instanceof Destination.Topic topic && topic.transactional()) {
      needs.add(new Need(Construct.TRANSACTIONAL_PUBLISH, "leave out --transactional"));
    }
    return needs;
  }

  /**
   * Checks everything that can be checked before a launch, and starts.
   *
   * @param options made by {@link dev.braid.pipelines.engine.Engines#options} for {@code engine}
   * @throws dev.braid.bundle.InvalidBundleException if the bundle must not be served
   * @throws dev.braid.spec.InvalidSpecException if the spec is not valid or not the bundle's
   * @throws AnalysisException if the engine cannot do this run exactly
   * @throws dev.braid.pipelines.io.DestinationException if topics, directories or tables are not as
   *     they must be
   */
  public PipelineResult start(Engine engine, PipelineOptions options) {
    Bundle opened = Bundle.open(bundle);
    Spec asked = AskedSpec.of(opened, spec);
    AskedSpec.check(engine, needs(asked));
    KafkaCluster.partitions(input.address(), input.settings());
    int shards = prepare(predictions);
    prepare(deadLetters);
    options.as(StreamIdentity.class).setStreamIdentity(identity(opened, asked));
    options.as(StreamingOptions.class).setStreaming(true);
    // Spark takes no splittable DoFn in a stream; one read for all engines is one to trust.
    ExperimentalOptions.addExperiment(options.as(ExperimentalOptions.class), "use_deprecated_read");
    return engine.run(pipeline(engine, options, opened, asked, shards));
  }

  /**
   * What makes this stream the one that it is, by names of options and without secrets.
   *
   * @throws dev.braid.bundle.InvalidBundleException if the bundle must not be served
   * @throws dev.braid.spec.InvalidSpecException if the spec is not valid or not the bundle's
   */
  public Map<String, String> identity() {
    Bundle opened = Bundle.open(bundle);
    return identity(opened, AskedSpec.of(opened, spec));
  }

  private Map<String, String> identity(Bundle opened, Spec asked) {
    Map<String, String> identity = new TreeMap<>();
    identity.put("--bundle", opened.digest());
    identity.put("the window", asked.window().toString());
    asked
        .modalities()
        .forEach(
            (name, modality) -> {
              if (!modality.waitBudget().isZero()) {
                identity.put("the wait for " + name, modality.waitBudget().toString());
              }
            });
    identity.put("--input", input.address().toString());
    identity.put("--values", input.format().toString());
    identity.put("--out-of-orderness", input.outOfOrderness().toString());
    identity.put("--idle-timeout", input.idleTimeout().toString());
    identity.put("--start", input.start().toString());
    identity.put("--blobs", blobs.toString());
    identity.put("--device", serving.options().device());
    identity.put("--watch", String.valueOf(serving.watched()));
    identity.put("--output", predictions.toString());
    identity.put("--dead-letters", deadLetters.toString());
    if (predictions instanceof Destination.Files files) {
      identity.put("--format", files.format().toString());
    }
    return identity;
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

  private Pipeline pipeline(
      Engine engine, PipelineOptions options, Bundle opened, Spec asked, int shards) {
    Pipeline pipeline = Pipeline.create(options);
    Rolling rolling =
        engine.hasBatches()
            ? new Rolling.ByBatch()
            : Rolling.every30Seconds(engine.hasStableInput());
    ServedBundle served = serving.of(bundle, opened, asked);
    if (engine.hasBatches()) {
      // Every batch ends the steps of the one before it.
      served = served.withKept();
    }
    try (BadRecordErrorHandler<PDone> errors =
        pipeline.registerBadRecordErrorHandler(Destinations.deadLetters(deadLetters, rolling))) {
      PCollection<Prediction> answered =
          pipeline
              .apply("Read", ReadTopics.of(input, engine.mostReaders(options)))
              .apply(
                  AnalyzeObservations.with(asked, served, blobs, errors)
                      .withFormat(input.format())
                      .withSlices(engine.hasSlices()));
      Destinations.write(
          answered, predictions, shards, input.group() + "-predictions", rolling, errors);
    }
    return pipeline;
  }
}
