package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record as numbers: every numeric field as its z-score, cut at 10 deviations, and a flag that
 * says whether it is there; every categorical field as one place for each of its known values and
 * one for all others: {@code [features]}. A missing or null field is allowed; a value of the wrong
 * type is not.
 */
public final class RecordFeaturizer implements Featurizer {
  /** Values of a categorical field that have a place of their own, at most. */
  static final int MAX_CATEGORIES = 256;

  private static final float LIMIT = 10f;

  private final ModalitySpec.Record spec;
  private final State state;
  private final List<Map<String, Integer>> places = new ArrayList<>();
  private final int features;

  /**
   * What was seen in training.
   *
   * @param categories by categorical field, the values from most to least frequent
   */
  public record State(double[] mean, double[] deviation, Map<String, List<String>> categories) {}

  RecordFeaturizer(ModalitySpec.Record spec, State state) {
    this.spec = spec;
    this.state = state;
    if (state.mean().length != spec.numericFields().size()
        || state.deviation().length != spec.numericFields().size()) {
      throw new IllegalArgumentException(
          "statistics must be of %d fields, but were of: %d"
              .formatted(spec.numericFields().size(), state.mean().length));
    }
    int width = 2 * state.mean().length;
    for (String field : spec.categoricalFields()) {
      Map<String, Integer> place = new HashMap<>();
      for (String value : state.categories().getOrDefault(field, List.of())) {
        place.put(value, place.size());
      }
      places.add(place);
      width += place.size() + 1;
    }
    this.features = width;
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.of(TensorSpec.floats("features", features));
  }

  @Override
  public TensorRow featurize(Payload payload) throws InvalidObservationException {
    Map<String, Object> values = fields(payload);
    float[] row = new float[features];
    int at = 0;
    for (int i = 0; i < state.mean().length; i++) {
      Double number = number(spec.numericFields().get(i), values);
      if (number != null) {
        double score = (number - state.mean()[i]) / state.deviation()[i];
        row[at] = (float) Math.max(-LIMIT, Math.min(LIMIT, score));
        row[at + 1] = 1f;
      }
      at += 2;
    }
    for (int i = 0; i < places.size(); i++) {
      Object value = values.get(spec.categoricalFields().get(i));
      if (value != null) {
        row[at + places.get(i).getOrDefault(value.toString(), places.get(i).size())] = 1f;
      }
      at += places.get(i).size() + 1;
    }
    return TensorRow.of(row);
  }

  @Override
  public State state() {
    return state;
  }

  static Map<String, Object> fields(Payload payload) throws InvalidObservationException {
    return PayloadKinds.require(payload, Payload.Fields.class, "a 'record'").values();
  }

  static @Nullable Double number(String field, Map<String, Object> values)
      throws InvalidObservationException {
    Object value = values.get(field);
    if (value == null) {
      return null;
    }
    // Beyond a float's range the sums of squares would leave a double's.
    if (!(value instanceof Double number) || !(Math.abs(number) <= Float.MAX_VALUE)) {
      String text = value.toString();
      throw new InvalidObservationException(
          "field '%s' must be a number in the range of a float, but was: '%s'"
              .formatted(field, text.length() <= 80 ? text : text.substring(0, 77) + "..."));
    }
    return number;
  }
}
