package dev.braid.training.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.bundle.Digests;
import dev.braid.featurizer.Featurizers;
import dev.braid.training.fusion.Variant;
import dev.braid.training.graph.Parameters;
import dev.braid.training.graph.Tensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.InputArchive;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.OutputArchive;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The file from which a run that was cut off goes on after its last whole epoch: weights, running
 * statistics, the optimiser's state, the best weights so far and the history of every stage, as one
 * archive of libtorch. It replaces the one before it whole or not at all. The generators are not in
 * it, since every epoch seeds them anew. Not safe for several threads.
 */
public final class Checkpoint {
  private static final int FORMAT = 1;
  private static final String ABOUT = "about";
  private static final String OPTIMIZER = "optimizer";
  private static final String NOW = "now";
  private static final String ADVICE = "train without --resume to begin anew";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES).build();

  private final Path file;
  private final Map<String, String> run;

  /** Every epoch that is over, by stage, in the order of the stages. */
  private final Map<String, List<TrainedModel.EpochReport>> history = new LinkedHashMap<>();

  private @Nullable Loaded loaded;

  /**
   * Everything but numbers.
   *
   * @param weights the names of all of the model's tensors
   * @param parts by part of the model that is judged apart, the names of its tensors
   */
  private record About(
      int format,
      Map<String, String> run,
      String stage,
      List<TrainedModel.EpochReport> history,
      List<String> weights,
      Map<String, List<String>> parts,
      Map<String, Double> least,
      int lastGain) {}

  private record Loaded(
      About about, Map<String, float[]> weights, Map<String, Map<String, float[]>> best) {}

  private Checkpoint(Path file, Map<String, String> run) {
    this.file = file;
    this.run = run;
  }

  /**
   * The checkpoint of one run.
   *
   * @param file where it is or will be; its directory is made when it is needed
   * @param data what the run is trained on, with the featurizers that made its rows
   * @param revision of the source that trains, or {@code unknown}
   * @param options of the run; a run may go on with another number of threads
   */
  public static Checkpoint of(
      Path file, TrainingData data, String revision, Variant variant, TrainingOptions options) {
    StringBuilder featurizers = new StringBuilder();
    data.featurizers().values().forEach(f -> featurizers.append(Featurizers.toJson(f)));
    Map<String, String> run = new LinkedHashMap<>();
    run.put("data", data.digest());
    run.put("featurizers", Digests.of(featurizers.toString().getBytes(StandardCharsets.UTF_8)));
    run.put("revision", revision);
    run.put("variant", variant.label());
    JSON.convertValue(options, new TypeReference<Map<String, Object>>() {})
        .forEach((name, value) -> run.put(name, String.valueOf(value)));
    run.remove("threads");
    return new Checkpoint(file, run);
  }

  /** Whether there is one, of this run or of another. */
  public boolean exists() {
    return Files.exists(file);
  }

  /** Deletes it, if it is there. */
  public void delete() {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(part());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file + ": " + e, e);
    }
  }

  /**
   * Reads it, so that the run goes on from it.
   *
   * @throws InvalidCheckpointException if it is none, or of other data, options or revision
   */
  public void load() {
    try (PointerScope scope = new PointerScope()) {
      InputArchive archive = new InputArchive();
      archive.load_from(file.toString());
      IValue text = new IValue();
      archive.read(ABOUT, text);
      About about = JSON.readValue(text.toStringRef().getString(), About.class);
      check(about);
      Map<String, Map<String, float[]>> best = new LinkedHashMap<>();
      about
          .parts()
          .forEach((part, names) -> best.put(part, read(archive, "best" + best.size(), names)));
      loaded = new Loaded(about, read(archive, NOW, about.weights()), best);
      history.clear();
      for (TrainedModel.EpochReport report : about.history()) {
        history.computeIfAbsent(report.stage(), s -> new ArrayList<>()).add(report);
      }
    } catch (InvalidCheckpointException e) {
      throw e;
    } catch (JsonProcessingException | RuntimeException e) {
      // libtorch's own messages are stack traces.
      throw new InvalidCheckpointException(
          "%s is not a checkpoint of this version of Braid; %s".formatted(file, ADVICE), e);
    }
  }

  private void check(About about) {
    if (about.format() != FORMAT) {
      throw new InvalidCheckpointException(
          "the checkpoint %s has format %d, this Braid reads %d; %s"
              .formatted(file, about.format(), FORMAT, ADVICE));
    }
    List<String> differences = new ArrayList<>();
    run.forEach(
        (name, value) -> {
          String there = about.run().get(name);
          if (!value.equals(there)) {
            differences.add("%s was %s and is %s".formatted(name, there, value));
          }
        });
    if (!differences.isEmpty()) {
      throw new InvalidCheckpointException(
          "the checkpoint %s is of another run: %s; %s"
              .formatted(file, String.join(", ", differences), ADVICE));
    }
  }

  /** Whether a run that was loaded had come to the end of this stage. */
  boolean isOver(String stage) {
    return loaded != null && !isIn(stage) && history.containsKey(stage);
  }

  /** Whether a run that was loaded was cut off in this stage, or after its last epoch. */
  boolean isIn(String stage) {
    return loaded != null && loaded.about().stage().equals(stage);
  }

  /** The epochs of a stage that are over. */
  List<TrainedModel.EpochReport> history(String stage) {
    return List.copyOf(history.getOrDefault(stage, List.of()));
  }

  /** The weights of a chosen name in a run that was loaded. */
  Map<String, float[]> weights(Predicate<String> chosen) {
    Map<String, float[]> weights = new LinkedHashMap<>(loaded().weights());
    weights.keySet().removeIf(chosen.negate());
    return weights;
  }

  /**
   * Puts model and optimiser to where the run was in its stage.
   *
   * @throws InvalidCheckpointException if the checkpoint is of another net
   */
  Progress restore(Parameters parameters, Optimizer optimizer) {
    Loaded reached = loaded();
    for (String name : parameters.names()) {
      float[] values = reached.weights().get(name);
      if (values == null || values.length != parameters.get(name).numel()) {
        throw new InvalidCheckpointException(
            "the checkpoint %s is of another net ('%s' differs); %s".formatted(file, name, ADVICE));
      }
    }
    parameters.restore(reached.weights());
    try (PointerScope scope = new PointerScope()) {
      InputArchive archive = new InputArchive();
      archive.load_from(file.toString());
      InputArchive state = new InputArchive();
      archive.read(OPTIMIZER, state);
      optimizer.load(state);
    }
    Progress progress = new Progress();
    progress.history.addAll(history(reached.about().stage()));
    progress.best.putAll(reached.best());
    progress.least.putAll(reached.about().least());
    progress.lastGain = reached.about().lastGain();
    return progress;
  }

  /**
   * Writes down where a run is at the end of an epoch.
   *
   * @throws UncheckedIOException if it cannot be written; an older one is then still there
   */
  void write(String stage, Parameters parameters, Optimizer optimizer, Progress progress) {
    history.put(stage, List.copyOf(progress.history));
    Map<String, List<String>> parts = new LinkedHashMap<>();
    progress.best.forEach((part, weights) -> parts.put(part, List.copyOf(weights.keySet())));
    About about =
        new About(
            FORMAT,
            run,
            stage,
            history.values().stream().flatMap(List::stream).toList(),
            parameters.names(),
            parts,
            progress.least,
            progress.lastGain);
    try (PointerScope scope = new PointerScope()) {
      OutputArchive archive = new OutputArchive();
      archive.write(ABOUT, new IValue(JSON.writeValueAsString(about)));
      OutputArchive state = new OutputArchive(archive.compilation_unit());
      optimizer.save(state);
      archive.write(OPTIMIZER, state);
      int i = 0;
      for (String name : parameters.names()) {
        archive.write(key(NOW, i++), parameters.get(name).detach(), true);
      }
      int part = 0;
      for (Map<String, float[]> weights : progress.best.values()) {
        i = 0;
        for (float[] values : weights.values()) {
          archive.write(key("best" + part, i++), Tensor.create(values, values.length), true);
        }
        part++;
      }
      Files.createDirectories(file.toAbsolutePath().getParent());
      save(archive);
      try (FileChannel written = FileChannel.open(part(), StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(part(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the checkpoint " + file + ": " + e, e);
    }
  }

  private void save(OutputArchive archive) throws IOException {
    try {
      archive.save_to(part().toString());
    } catch (RuntimeException e) {
      // libtorch's own messages are stack traces; only the first line says what is wrong.
      throw new IOException(String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }
  }

  private static Map<String, float[]> read(InputArchive archive, String group, List<String> names) {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (String name : names) {
      Tensor tensor = new Tensor();
      archive.read(key(group, values.size()), tensor, true);
      values.put(name, Tensors.floats(tensor));
    }
    return values;
  }

  /** Names of weights have dots, which those in an archive must not have. */
  private static String key(String group, int index) {
    return group + "_" + index;
  }

  private Loaded loaded() {
    if (loaded == null) {
      throw new IllegalStateException(file + " was not loaded");
    }
    return loaded;
  }

  private Path part() {
    return file.resolveSibling(file.getFileName() + ".part");
  }
}
