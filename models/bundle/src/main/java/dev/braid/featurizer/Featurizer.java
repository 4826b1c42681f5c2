package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.List;

/** Turns a payload of one kind into one row of its encoder's inputs. Safe for several threads. */
public interface Featurizer {
  /** The encoder's inputs, in the order of the row's columns. */
  List<TensorSpec> inputs();

  /**
   * The row of one payload; references must have been resolved.
   *
   * @throws InvalidObservationException if the payload is of another kind, broken, or holds values
   *     that are out of range
   */
  TensorRow featurize(Payload payload) throws InvalidObservationException;

  /** What was fitted on the training data: a record that Jackson writes and reads. */
  Object state();
}
