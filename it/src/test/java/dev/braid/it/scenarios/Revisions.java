package dev.braid.it.scenarios;

import dev.braid.transforms.fuse.Prediction;
import java.util.List;
import java.util.Optional;

/** Which revisions of an answer there are. */
enum Revisions {
  /** The answer comes once and says that it is final. */
  ONE_FINAL {
    @Override
    Optional<String> wrong(List<Prediction> answers) {
      return answers.size() == 1 && answers.get(0).getRevision() == 0 && answers.get(0).isFinal()
          ? Optional.empty()
          : Optional.of("not one final answer: " + answers);
    }
  },

  /** Each comes once, in turn, and none but the last may say that it is final. */
  IN_TURN {
    @Override
    Optional<String> wrong(List<Prediction> answers) {
      for (int i = 0; i < answers.size(); i++) {
        if (answers.get(i).getRevision() != i
            || (answers.get(i).isFinal() && i < answers.size() - 1)) {
          return Optional.of("not the revisions from 0, the last of them final: " + answers);
        }
      }
      return Optional.empty();
    }
  };

  /** What is wrong with the answers of one key, in the order in which they came. */
  abstract Optional<String> wrong(List<Prediction> answers);
}
