package dev.braid.training;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.Split;
import dev.braid.training.baseline.RandomForest;
import dev.braid.training.trainer.TrainingData;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code braid baseline}: what a random forest makes of a data set. */
@Command(
    name = "baseline",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Answers the tasks of a data set with a random forest on the same parts and the same"
            + " featurized observations as 'braid train', to hold a bundle to.")
final class BaselineCommand implements Callable<Integer> {
  /** Held here: a logger that nobody holds forgets its level. */
  private static final Logger LIBRARY = Logger.getLogger("org.tribuo");

  @Spec private CommandSpec command;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The data set; 'braid dataset' makes one.")
  private Path data;

  @Option(
      names = "--trees",
      defaultValue = "100",
      paramLabel = "N",
      description = "Trees of a forest (default: ${DEFAULT-VALUE}).")
  private int trees;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Draws samples and splits (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (trees < 1 || trees > 10_000) {
      throw new CommandLine.ParameterException(
          command.commandLine(), "--trees must be between 1 and 10000, but was: " + trees);
    }
    // It tells of every tree.
    LIBRARY.setLevel(Level.WARNING);
    TrainingData rows = TrainingData.load(Dataset.open(data));
    RandomForest forest = new RandomForest(rows, trees, seed);
    Split judged = forest.judged();
    command
        .commandLine()
        .getErr()
        .printf(
            "%s: %d scenes to train on, %d to judge (%s), %d features%n",
            data,
            rows.examples(Split.TRAIN).size(),
            rows.examples(judged).size(),
            judged.label(),
            forest.features());
    long begin = System.nanoTime();
    Map<String, Map<String, Double>> scores = forest.scores();
    double seconds = (System.nanoTime() - begin) / 1e9;
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("method", "random forest");
      result.put("trees", trees);
      result.put("features", forest.features());
      result.put("split", judged.label());
      result.put("scenes", rows.examples(judged).size());
      result.put("tasks", scores);
      result.put("seconds", seconds);
      out.println(JsonMapper.builder().build().writeValueAsString(result));
    } else {
      scores.forEach(
          (task, of) ->
              of.forEach(
                  (measure, value) ->
                      out.printf(Locale.ROOT, "%-24s %.4f%n", task + "." + measure, value)));
    }
    out.flush();
    return 0;
  }
}
