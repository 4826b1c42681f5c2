package dev.braid.training.compress;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.InvalidDatasetException;
import dev.braid.featurizer.Featurizer;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.training.export.BundleExport;
import dev.braid.training.fusion.Variant;
import dev.braid.training.graph.PrunableUnit;
import dev.braid.training.graph.Weights;
import dev.braid.training.trainer.Start;
import dev.braid.training.trainer.TrainedModel;
import dev.braid.training.trainer.Trainer;
import dev.braid.training.trainer.TrainingData;
import dev.braid.training.trainer.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Compresses a bundle step by step: pruning, folding of batch norms, bytes, half floats, as asked
 * for. After each step the bundle is served and must reproduce its golden rows and answer the
 * validation scenes as well as the original did, but for the drop that is allowed. Not safe for
 * several threads.
 */
public final class Compression {
  private static final int BATCH = 64;

  /** Half of what a training starts with: the weights are close to where they should be. */
  private static final double LEARNING_RATE = 1e-3;

  private static final double SPARSITY = 1e-3;

  private final CompressionOptions options;
  private final Dataset dataset;
  private final Listener listener;
  private final Path workspace;
  private final List<Trial> trials = new ArrayList<>();
  private final List<TrainingData> data = new ArrayList<>();
  private final Map<String, Double> calibrations = new LinkedHashMap<>();

  /** Hears of a compression's progress. */
  public interface Listener extends Trainer.Listener {
    /** One line on what was found or is about to be done. */
    void said(String line);
  }

  private Compression(
      CompressionOptions options, Dataset dataset, Listener listener, Path workspace) {
    this.options = options;
    this.dataset = dataset;
    this.listener = listener;
    this.workspace = workspace;
  }

  /**
   * Compresses.
   *
   * @param out where the new bundle goes; nothing is written there before every step has passed
   * @throws CompressionRefusedException if a step loses more than it may
   * @throws InvalidBundleException if the bundle is not whole or was compressed before
   * @throws InvalidDatasetException if the data set does not fit the bundle
   * @throws IOException if {@code out} cannot be written
   */
  public static CompressionResult run(
      Bundle source, Dataset dataset, Path out, CompressionOptions options, Listener listener)
      throws IOException {
    if (!source.manifest().precision().equals("fp32")) {
      throw new InvalidBundleException(
          "bundle %s has precision %s; compress the fp32 bundle that it was made of"
              .formatted(source.path(""), source.manifest().precision()));
    }
    checkFit(source.spec(), dataset.spec());
    Path workspace = Files.createTempDirectory("braid-compress");
    Compression compression = new Compression(options, dataset, listener, workspace);
    try {
      return compression.run(source, out);
    } finally {
      compression.trials.forEach(Trial::close);
      compression.data.forEach(TrainingData::close);
      delete(workspace);
    }
  }

  /** The order counts too: it is that of the model's inputs and outputs. */
  private static void checkFit(Spec bundle, Spec data) {
    boolean fits =
        List.copyOf(bundle.modalities().entrySet())
                .equals(List.copyOf(data.modalities().entrySet()))
            && List.copyOf(bundle.tasks().entrySet()).equals(List.copyOf(data.tasks().entrySet()))
            && bundle.window().equals(data.window());
    if (!fits) {
      throw new InvalidDatasetException(
          "the data set '%s' has other modalities, tasks or windows than the bundle '%s'; give the"
                  .formatted(data.name(), bundle.name())
              + " one that it was trained on");
    }
  }

  private CompressionResult run(Bundle source, Path out) throws IOException {
    if (!dataset.digest().equals(source.manifest().provenance().dataDigest())) {
      listener.said(
          "note: the bundle was trained on other data, so that validation scenes may be known to it");
    }
    TrainingData whole = load(source.featurizers());
    accept(trial("as trained", Draft.of(source), whole));
    if (options.prune() > 0) {
      prune(whole);
    }
    fold();
    if (options.int8()) {
      quantise();
    }
    if (options.fp16()) {
      halve();
    }
    listener.said("measuring the time that each step takes");
    List<Stage> stages = new ArrayList<>();
    List<Map<String, Stage.Latency>> latencies = Stopwatch.measure(trials);
    for (int i = 0; i < trials.size(); i++) {
      stages.add(trials.get(i).stage(latencies.get(i)));
    }
    return new CompressionResult(last().draft().write(out), source.digest(), stages, calibrations);
  }

  private void prune(TrainingData whole) throws IOException {
    Draft draft = last().draft();
    if (draft.manifest().spec().modalities().values().stream()
        .anyMatch(ModalitySpec::bringsEncoder)) {
      throw new InvalidBundleException(
          "a bundle with encoders of one's own cannot be pruned yet; --int8 and --fp16 can shrink the"
              + " rest of it");
    }
    Manifest.Provenance from = draft.manifest().provenance();
    Variant variant = Variant.of(from.variant());
    Map<String, Weights> weights = new LinkedHashMap<>();
    draft.models().values().forEach(model -> weights.putAll(Weights.of(draft.onnx(model))));
    Collection<List<PrunableUnit>> layers =
        Pruning.prunable(draft.manifest().spec(), variant, whole.featurizers(), weights);
    List<String> scales = Pruning.scales(layers);
    listener.said("sparse training: %d norms are drawn to 0".formatted(scales.size()));
    Map<String, Weights> sparse =
        new Trainer(
                whole,
                training(Math.max(1, options.epochs() / 2)),
                new Start(weights, scales, SPARSITY))
            .weights(variant, listener);
    Pruning.Pruned pruned = Pruning.prune(sparse, layers, whole, options.prune());
    listener.said(
        "kept %d of %d channels, hidden numbers and columns, and %d of %d terms; fine-tuning"
            .formatted(pruned.units()[1], pruned.units()[0], pruned.terms()[1], pruned.terms()[0]));
    TrainingData fewer = load(pruned.featurizers());
    Path directory = Files.createTempDirectory(workspace, "pruned");
    String step = "pruned by " + options.prune();
    try (TrainedModel trained =
        new Trainer(fewer, training(options.epochs()), new Start(pruned.weights(), List.of(), 0))
            .train(variant, listener)) {
      List<String> steps = new ArrayList<>(from.steps());
      steps.add(step);
      BundleExport.write(
          directory,
          trained,
          new Manifest.Provenance(
              from.dataDigest(),
              from.seed(),
              from.commit(),
              from.variant(),
              trained.metrics(),
              steps));
    }
    accept(trial(step, Draft.of(Bundle.open(directory)), fewer));
  }

  private TrainingData load(Map<String, Featurizer> featurizers) {
    TrainingData loaded = TrainingData.load(dataset, featurizers, workspace);
    data.add(loaded);
    return loaded;
  }

  private TrainingOptions training(int epochs) {
    return new TrainingOptions(epochs, BATCH, LEARNING_RATE, options.seed(), options.threads());
  }

  private void fold() throws IOException {
    Draft draft = last().draft();
    Map<String, byte[]> changed = new LinkedHashMap<>();
    int folded = 0;
    for (Map.Entry<String, Manifest.Model> model : draft.models().entrySet()) {
      ProtoGraph graph = ProtoGraph.parse(model.getValue().file(), draft.onnx(model.getValue()));
      if (graph.isOurs()) {
        folded += Folding.fold(graph);
        changed.put(model.getKey(), graph.toByteArray());
      }
    }
    listener.said("folded %d batch norms into convolutions".formatted(folded));
    accept(trial("folded", draft.with(changed, "fp32", "batch norms folded"), last().data()));
  }

  private void quantise() throws IOException {
    Trial folded = last();
    Quantisation quantisation = new Quantisation(folded, options.dynamic(), options.seed());
    Trial best = null;
    for (RangeMethod method : RangeMethod.values()) {
      Trial trial =
          trial("int8 (" + method.label() + ")", quantisation.quantised(method), folded.data());
      calibrations.put(method.label(), trial.validation().loss());
      listener.said(
          String.format(
              Locale.ROOT,
              "int8 with ranges by %s: validation loss %.4f, %s",
              method.label(),
              trial.validation().loss(),
              scores(trial)));
      Trial worse = trial;
      if (best == null || trial.validation().loss() < best.validation().loss()) {
        worse = best;
        best = trial;
      }
      if (worse != null) {
        worse.close();
      }
    }
    accept(Objects.requireNonNull(best));
  }

  private void halve() throws IOException {
    Draft draft = last().draft();
    boolean isStored = options.int8();
    Map<String, byte[]> changed = new LinkedHashMap<>();
    for (Map.Entry<String, Manifest.Model> model : draft.models().entrySet()) {
      ProtoGraph graph = ProtoGraph.parse(model.getValue().file(), draft.onnx(model.getValue()));
      if (graph.isOurs()) {
        if (isStored) {
          Fp16.store(graph);
        } else {
          Fp16.compute(graph);
        }
        changed.put(model.getKey(), graph.toByteArray());
      }
    }
    String step = isStored ? "fp16 where not int8" : "fp16";
    accept(trial(step, draft.with(changed, isStored ? "int8" : "fp16", step), last().data()));
  }

  private Trial last() {
    return trials.get(trials.size() - 1);
  }

  private Trial trial(String step, Draft draft, TrainingData rows) throws IOException {
    return Trial.of(step, draft, rows, Files.createTempDirectory(workspace, "step"));
  }

  /** Goes on from a trial, if it may. */
  private void accept(Trial trial) {
    trials.add(trial);
    new AccuracyGate(trials.get(0).validation().accuracy(), options.maxDrop())
        .check(trial.step(), trial.validation().accuracy());
    listener.said("%s: %s".formatted(trial.step(), scores(trial)));
  }

  private static String scores(Trial trial) {
    List<String> scores = new ArrayList<>();
    trial
        .validation()
        .accuracy()
        .forEach((task, value) -> scores.add(String.format(Locale.ROOT, "%s %.4f", task, value)));
    return String.join(", ", scores);
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
