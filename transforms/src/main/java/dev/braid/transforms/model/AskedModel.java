package dev.braid.transforms.model;

import dev.braid.observation.InvalidObservationException;
import dev.braid.serving.CallObserver;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.tensor.TensorRow;
import dev.braid.transforms.observation.DeadLetter;
import java.io.Serializable;
import java.util.List;

/**
 * What a step asks the models of a server about its elements, and what it makes of their answers.
 */
public interface AskedModel<InputT, AnswerT, OutputT> {

  /** Makes one for what a lease has; a worker does so when it starts, and whenever that changes. */
  interface Maker<InputT, AnswerT, OutputT> extends Serializable {
    AskedModel<InputT, AnswerT, OutputT> of(ModelServer.Lease lease);
  }

  /** Which of the bundle's models is asked about {@code element}. Only its rows share a batch. */
  String model(InputT element);

  /**
   * The row of one element.
   *
   * @throws InvalidObservationException if it has none
   */
  TensorRow row(InputT element) throws InvalidObservationException;

  /** For every row, in their order, the answer or why there is none. */
  List<RowResult<AnswerT>> ask(String model, List<TensorRow> rows, CallObserver observer);

  /** What leaves the step for an element that was answered. */
  OutputT output(InputT element, AnswerT answer);

  /** What leaves it for an element that has no row or no answer. */
  DeadLetter failure(InputT element, String reason);

  /** Hears of every batch, for metrics that are summed up over it. */
  default void answered(String model, List<InputT> elements, List<AnswerT> answers) {}
}
