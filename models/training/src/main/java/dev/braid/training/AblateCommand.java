package dev.braid.training;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.FittedFeaturizers;
import dev.braid.spec.Spec;
import dev.braid.training.ablation.Ablation;
import dev.braid.training.ablation.AblationReport;
import dev.braid.training.fusion.Variant;
import dev.braid.training.own.OwnEncoders;
import dev.braid.training.trainer.TrainingData;
import dev.braid.training.trainer.TrainingOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** {@code braid ablate}: what each part of the fusion is worth. */
@Command(
    name = "ablate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains variants of fusion over the same encoders, with several seeds, and compares them on"
            + " the test scenes: ablation.json and report.html.")
final class AblateCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandSpec command;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The data set; 'braid dataset' makes one.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where ablation.json and report.html go.")
  private Path out;

  @Option(
      names = "--variants",
      split = ",",
      defaultValue = "full,no-attention,no-fusion,gmu,concat",
      paramLabel = "NAME",
      description = "What to compare (default: ${DEFAULT-VALUE}).")
  private List<String> variants;

  @Option(
      names = "--seeds",
      defaultValue = "5",
      paramLabel = "N",
      description = "Runs of each variant, 1 to 100 (default: ${DEFAULT-VALUE}).")
  private int seeds;

  @Mixin private TrainingFlags flags;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "The first seed (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    TrainingOptions options;
    List<Variant> chosen;
    try {
      options = flags.options(seed);
      chosen = variants.stream().map(Variant::of).distinct().toList();
      if (seeds < 1 || seeds > 100) {
        throw new IllegalArgumentException("seeds must be between 1 and 100, but was: " + seeds);
      }
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(command.commandLine(), e.getMessage(), e);
    }
    Files.createDirectories(out);
    Dataset dataset = Dataset.open(data, out);
    Ablation ablation;
    try (OwnEncoders encoders =
            OwnEncoders.open(dataset.spec(), data, FittedFeaturizers.fit(dataset.spec(), data));
        TrainingData rows = TrainingData.load(dataset, encoders.featurizers(), out)) {
      ablation = Ablation.run(rows, options, chosen, seeds, new ConsoleProgress());
    }
    Spec spec = dataset.spec();
    AblationReport.page(spec, ablation).write(out.resolve("report.html"));
    String object =
        JsonMapper.builder().build().writeValueAsString(AblationReport.json(spec, ablation));
    Files.writeString(out.resolve("ablation.json"), object + "\n");
    PrintWriter print = command.commandLine().getOut();
    if (json) {
      print.println(object);
    } else {
      table(print, ablation);
      print.printf("report %s%n", out.resolve("report.html"));
    }
    print.flush();
    return 0;
  }

  private static void table(PrintWriter print, Ablation ablation) {
    List<String> measures =
        ablation.metrics(ablation.variants().get(0)).keySet().stream()
            .filter(name -> !name.endsWith(".macroF1") && !name.endsWith(".rmse"))
            .toList();
    print.printf("%-14s%12s", "variant", "parameters");
    measures.forEach(name -> print.printf("%28s", name));
    print.println();
    for (Variant variant : ablation.variants()) {
      print.printf(Locale.ROOT, "%-14s%,12d", variant.label(), ablation.parameters(variant));
      Map<String, Ablation.Spread> metrics = ablation.metrics(variant);
      for (String name : measures) {
        Ablation.Spread spread = metrics.get(name);
        print.printf(
            "%28s",
            spread == null
                ? "-"
                : String.format(
                    Locale.ROOT, "%.4f (%.4f-%.4f)", spread.mean(), spread.least(), spread.most()));
      }
      print.println();
    }
  }
}
