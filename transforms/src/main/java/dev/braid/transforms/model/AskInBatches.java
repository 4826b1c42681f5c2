package dev.braid.transforms.model;

import dev.braid.observation.InvalidObservationException;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.tensor.TensorRow;
import dev.braid.transforms.observation.TimestampSkew;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model about every element, in batches that fill from the bundle whatever the windows are:
 * as many rows as one call of the model takes, or what has come when the bundle ends. An element
 * waits no longer than its bundle lasts. Each output has its element's timestamp and window, and no
 * pane, since Beam takes none when a bundle ends.
 */
public final class AskInBatches<InputT, AnswerT, OutputT> extends DoFn<InputT, OutputT> {
  private static final long serialVersionUID = 1L;

  private final ServedBundle bundle;
  private final AskedModel.Maker<InputT, AnswerT, OutputT> maker;
  private final TupleTag<OutputT> answered;
  private final TupleTag<BadRecord> failed;
  private final ServingMetrics metrics;
  private transient ModelServer.@Nullable Lease lease;
  private transient AskedModel<InputT, AnswerT, OutputT> asked;
  private transient RowBatch.Full full;
  private transient Map<String, RowBatch<InputT>> batches;

  /**
   * @param step whose metrics they are
   * @param answered where outputs go
   * @param failed where dead letters go
   */
  public AskInBatches(
      Class<?> step,
      ServedBundle bundle,
      AskedModel.Maker<InputT, AnswerT, OutputT> maker,
      TupleTag<OutputT> answered,
      TupleTag<BadRecord> failed) {
    this.bundle = bundle;
    this.maker = maker;
    this.answered = answered;
    this.failed = failed;
    this.metrics = new ServingMetrics(step);
  }

  @Setup
  public void setup() {
    ModelServer.Lease opened = bundle.lease();
    lease = opened;
    asked = maker.of(opened);
    full = opened.server()::isFull;
    batches = new LinkedHashMap<>();
    metrics.servedOn(opened.server().device());
  }

  @StartBundle
  public void startBundle() {
    batches = new LinkedHashMap<>();
    renew();
  }

  @ProcessElement
  public void process(ProcessContext context, BoundedWindow window) {
    InputT element = context.element();
    Instant timestamp = context.timestamp();
    TensorRow row;
    try {
      row = asked.row(element);
    } catch (InvalidObservationException e) {
      metrics.unanswered(1);
      WindowedOutput.of(context)
          .output(
              failed,
              asked.failure(element, String.valueOf(e.getMessage())).toBadRecord(),
              timestamp,
              window);
      return;
    }
    String model = asked.model(element);
    RowBatch<InputT> batch = batches.get(model);
    if (batch == null) {
      batch = new RowBatch<>(full);
      batches.put(model, batch);
    }
    if (batch.add(element, row, timestamp, window)) {
      ask(model, batch, WindowedOutput.of(context));
      if (batches.values().stream().allMatch(RowBatch::isEmpty)) {
        renew(); // A bundle may be long.
      }
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    batches.forEach((model, batch) -> ask(model, batch, WindowedOutput.of(context)));
  }

  @Teardown
  public void teardown() {
    if (lease != null) {
      lease.close();
      lease = null;
    }
  }

  private void ask(String model, RowBatch<InputT> batch, WindowedOutput out) {
    if (batch.rows().isEmpty()) {
      return;
    }
    List<RowResult<AnswerT>> results = asked.ask(model, batch.rows(), metrics);
    List<InputT> elements = new ArrayList<>(results.size());
    List<AnswerT> answers = new ArrayList<>(results.size());
    for (int i = 0; i < results.size(); i++) {
      InputT element = batch.elements().get(i);
      if (results.get(i) instanceof RowResult.Served<AnswerT> served) {
        elements.add(element);
        answers.add(served.value());
        out.output(
            answered, asked.output(element, served.value()), batch.timestamp(i), batch.window(i));
      } else if (results.get(i) instanceof RowResult.Failed<AnswerT> failure) {
        out.output(
            failed,
            asked.failure(element, failure.reason()).toBadRecord(),
            batch.timestamp(i),
            batch.window(i));
      }
    }
    metrics.answered(answers.size());
    metrics.unanswered(results.size() - answers.size());
    asked.answered(model, elements, answers);
    batch.clear();
  }

  /**
   * Goes over to a newer version of the bundle, if there is one that may succeed. No row may wait:
   * it was made for the older one.
   */
  private void renew() {
    ModelServer.Lease held = lease;
    if (held != null && held.renew()) {
      asked = maker.of(held);
      full = held.server()::isFull;
      metrics.swapped();
      metrics.servedOn(held.server().device());
    }
  }

  /** A full batch leaves while a later element is processed, whose timestamp may be later. */
  @Override
  @SuppressWarnings("deprecation") // There is no other way to say so.
  public Duration getAllowedTimestampSkew() {
    return TimestampSkew.ANY;
  }
}
