package dev.braid.spec;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** One question asked of every scene. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TaskSpec.Classification.class, name = "classification"),
  @JsonSubTypes.Type(value = TaskSpec.Regression.class, name = "regression")
})
public sealed interface TaskSpec {
  /**
   * One label out of several.
   *
   * @param labels 2 to 1,000 distinct labels; their order is the order of the model's outputs
   */
  record Classification(List<String> labels) implements TaskSpec {
    public Classification {
      labels = Checks.distinct(Checks.required(labels, "labels"), "labels");
      Checks.between(labels.size(), 2, 1_000, "the number of labels");
    }
  }

  /** One real number. */
  record Regression() implements TaskSpec {}
}
