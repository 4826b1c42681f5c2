package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The moments of every numeric field and the counts of every categorical field's values. */
final class RecordStatistics implements Statistics {
  private final ModalitySpec.Record spec;
  private final List<RunningMoments> moments = new ArrayList<>();
  private final Map<String, Map<String, Long>> counts = new LinkedHashMap<>();

  RecordStatistics(ModalitySpec.Record spec) {
    this.spec = spec;
    spec.numericFields().forEach(field -> moments.add(new RunningMoments()));
    spec.categoricalFields().forEach(field -> counts.put(field, new HashMap<>()));
  }

  @Override
  public void add(Payload payload) throws InvalidObservationException {
    Map<String, Object> values = RecordFeaturizer.fields(payload);
    List<@Nullable Double> numbers = new ArrayList<>();
    for (String field : spec.numericFields()) {
      numbers.add(RecordFeaturizer.number(field, values));
    }
    for (int i = 0; i < numbers.size(); i++) {
      Double number = numbers.get(i);
      if (number != null) {
        moments.get(i).add(number);
      }
    }
    counts.forEach(
        (field, count) -> {
          Object value = values.get(field);
          if (value != null) {
            count.merge(value.toString(), 1L, Long::sum);
          }
        });
  }

  @Override
  public void merge(Statistics other) {
    RecordStatistics part = (RecordStatistics) other;
    for (int i = 0; i < moments.size(); i++) {
      moments.get(i).merge(part.moments.get(i));
    }
    counts.forEach(
        (field, count) ->
            part.counts
                .getOrDefault(field, Map.of())
                .forEach((value, more) -> count.merge(value, more, Long::sum)));
  }

  @Override
  public RecordFeaturizer featurizer() {
    Map<String, List<String>> categories = new LinkedHashMap<>();
    counts.forEach(
        (field, count) ->
            categories.put(
                field,
                count.entrySet().stream()
                    .sorted(
                        Comparator.comparing((Map.Entry<String, Long> e) -> -e.getValue())
                            .thenComparing(Map.Entry::getKey))
                    .limit(RecordFeaturizer.MAX_CATEGORIES)
                    .map(Map.Entry::getKey)
                    .toList()));
    return new RecordFeaturizer(
        spec,
        new RecordFeaturizer.State(
            moments.stream().mapToDouble(RunningMoments::mean).toArray(),
            moments.stream().mapToDouble(RunningMoments::deviation).toArray(),
            categories));
  }

  @Override
  public void write(DataOutput out) throws IOException {
    for (RunningMoments field : moments) {
      field.write(out);
    }
    for (Map<String, Long> count : counts.values()) {
      TextCounts.write(count, out);
    }
  }

  @Override
  public void read(DataInput in) throws IOException {
    for (int i = 0; i < moments.size(); i++) {
      moments.set(i, RunningMoments.read(in));
    }
    for (Map<String, Long> count : counts.values()) {
      count.clear();
      TextCounts.read(in, count);
    }
  }
}
