package dev.braid.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.bundle.Digests;
import dev.braid.cleaning.Cleaner;
import dev.braid.observation.Blobs;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.scene.TokenOrder;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.spec.TaskSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A data set directory: {@code spec.yaml}, {@code observations/*.jsonl[.gz]}, {@code blobs/},
 * {@code labels.jsonl}, and, where it matters which entities are held out, {@code splits.jsonl}
 * ({@code {"entity","split"}}, one of train, validation, test). Observations are held in memory,
 * blobs are not. Immutable; safe for several threads.
 */
public final class Dataset {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path directory;
  private final Spec spec;
  private final List<LabelledScene> scenes;
  private final List<String> rejected;
  private final String digest;

  private Dataset(
      Path directory, Spec spec, List<LabelledScene> scenes, List<String> rejected, String digest) {
    this.directory = directory;
    this.spec = spec;
    this.scenes = List.copyOf(scenes);
    this.rejected = List.copyOf(rejected);
    this.digest = digest;
  }

  /** Takes one line of a file. */
  private interface LineReader {
    void read(String line, String where);
  }

  /**
   * Reads a data set.
   *
   * @throws InvalidDatasetException if a file is missing or malformed, or there is no labelled
   *     scene
   * @throws dev.braid.spec.InvalidSpecException if the spec is not valid
   */
  public static Dataset open(Path directory) {
    Path specFile = directory.resolve("spec.yaml");
    if (!Files.isRegularFile(specFile)) {
      throw new InvalidDatasetException(
          "there is no data set at %s: spec.yaml is missing; 'braid dataset' makes one"
              .formatted(directory));
    }
    Spec spec = SpecYaml.read(specFile);
    try {
      List<Path> files = observationFiles(directory);
      List<String> rejected = new ArrayList<>();
      Map<String, NavigableMap<Instant, List<Observation>>> byEntity =
          observations(spec, directory, files, rejected);
      List<LabelledScene> scenes =
          scenes(spec, labels(spec, directory), splits(directory), byEntity);
      if (scenes.isEmpty()) {
        throw new InvalidDatasetException(
            directory + " has no scene with a label and an observation");
      }
      return new Dataset(directory, spec, scenes, rejected, digest(directory));
    } catch (IOException e) {
      throw new InvalidDatasetException("cannot read the data set at " + directory + ": " + e, e);
    }
  }

  /** The files of observations below {@code directory}, sorted by name. */
  public static List<Path> observationFiles(Path directory) throws IOException {
    Path observations = directory.resolve("observations");
    if (!Files.isDirectory(observations)) {
      throw new InvalidDatasetException("there is no directory " + observations);
    }
    try (Stream<Path> files = Files.list(observations)) {
      return files
          .filter(f -> f.toString().endsWith(".jsonl") || f.toString().endsWith(".jsonl.gz"))
          .sorted()
          .toList();
    }
  }

  public Spec spec() {
    return spec;
  }

  /** All labelled scenes by entity and start. */
  public List<LabelledScene> scenes() {
    return scenes;
  }

  /** The labelled scenes of one part. */
  public List<LabelledScene> scenes(Split split) {
    return scenes.stream().filter(scene -> scene.split() == split).toList();
  }

  /** Where references of the observations are read. */
  public Blobs blobs() {
    return Blobs.below(directory);
  }

  /** One line for each observation that could not be read. */
  public List<String> rejected() {
    return rejected;
  }

  /** A digest of every file of the data set. */
  public String digest() {
    return digest;
  }

  private static Map<String, NavigableMap<Instant, List<Observation>>> observations(
      Spec spec, Path directory, List<Path> files, List<String> rejected) throws IOException {
    Cleaner cleaner = new Cleaner(spec);
    Map<String, NavigableMap<Instant, List<Observation>>> byEntity = new HashMap<>();
    for (Path file : files) {
      lines(
          directory,
          file,
          (line, where) -> {
            try {
              Observation observation = cleaner.clean(ObservationJson.parse(line));
              byEntity
                  .computeIfAbsent(observation.getEntity(), e -> new TreeMap<>())
                  .computeIfAbsent(observation.getTime(), t -> new ArrayList<>())
                  .add(observation);
            } catch (InvalidObservationException e) {
              rejected.add(where + ": " + e.getMessage());
            }
          });
    }
    return byEntity;
  }

  private static List<Label> labels(Spec spec, Path directory) throws IOException {
    List<Label> labels = new ArrayList<>();
    Path file = directory.resolve("labels.jsonl");
    if (!Files.isRegularFile(file)) {
      throw new InvalidDatasetException("there are no labels: " + file + " is missing");
    }
    lines(
        directory,
        file,
        (line, where) -> {
          try {
            JsonNode node = JSON.readTree(line);
            String task = node.required("task").asText();
            TaskSpec taskSpec = spec.tasks().get(task);
            if (taskSpec == null) {
              throw new InvalidDatasetException(
                  "%s: unknown task '%s'; known: %s".formatted(where, task, spec.tasks().keySet()));
            }
            labels.add(
                new Label(
                    node.required("entity").asText(),
                    Instant.parse(node.required("start").asText()),
                    Instant.parse(node.required("end").asText()),
                    task,
                    value(taskSpec, node.required("value"), where)));
          } catch (JsonProcessingException
              | IllegalArgumentException
              | java.time.DateTimeException e) {
            throw new InvalidDatasetException(
                "%s: not a label: %s"
                    .formatted(
                        where, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
                e);
          }
        });
    return labels;
  }

  private static Object value(TaskSpec task, JsonNode value, String where) {
    if (task instanceof TaskSpec.Classification classification) {
      if (!classification.labels().contains(value.asText())) {
        throw new InvalidDatasetException(
            "%s: '%s' is not one of %s".formatted(where, value.asText(), classification.labels()));
      }
      return value.asText();
    }
    if (!value.isNumber()) {
      throw new InvalidDatasetException(where + ": a number was expected, but was: " + value);
    }
    return value.doubleValue();
  }

  private static Map<String, Split> splits(Path directory) throws IOException {
    Map<String, Split> splits = new HashMap<>();
    Path file = directory.resolve("splits.jsonl");
    if (Files.isRegularFile(file)) {
      lines(
          directory,
          file,
          (line, where) -> {
            try {
              JsonNode node = JSON.readTree(line);
              splits.put(
                  node.required("entity").asText(), Split.parse(node.required("split").asText()));
            } catch (JsonProcessingException | IllegalArgumentException e) {
              throw new InvalidDatasetException(where + ": not a split: " + e.getMessage(), e);
            }
          });
    }
    return splits;
  }

  private static List<LabelledScene> scenes(
      Spec spec,
      List<Label> labels,
      Map<String, Split> splits,
      Map<String, NavigableMap<Instant, List<Observation>>> byEntity) {
    record Key(String entity, Instant start, Instant end) {}
    Map<Key, Map<String, Object>> truths = new LinkedHashMap<>();
    for (Label label : labels) {
      truths
          .computeIfAbsent(
              new Key(label.entity(), label.start(), label.end()), k -> new LinkedHashMap<>())
          .put(label.task(), label.value());
    }
    Duration size = Duration.ofMillis(spec.window().sizeMillis());
    List<LabelledScene> scenes = new ArrayList<>();
    truths.forEach(
        (key, values) -> {
          if (!Duration.between(key.start(), key.end()).equals(size)) {
            throw new InvalidDatasetException(
                "a label of '%s' spans %s to %s, but a window is %s long"
                    .formatted(key.entity(), key.start(), key.end(), size));
          }
          NavigableMap<Instant, List<Observation>> all = byEntity.get(key.entity());
          if (all == null) {
            return;
          }
          Map<String, List<Observation>> inWindow =
              inWindow(spec, all.subMap(key.start(), true, key.end(), false).values());
          if (!inWindow.isEmpty()) {
            scenes.add(
                new LabelledScene(
                    key.entity(),
                    key.start(),
                    key.end(),
                    splits.containsKey(key.entity())
                        ? splits.get(key.entity())
                        : Split.byHash(key.entity()),
                    Map.copyOf(values),
                    inWindow));
          }
        });
    return scenes;
  }

  private static Map<String, List<Observation>> inWindow(
      Spec spec, Iterable<List<Observation>> observations) {
    Map<String, List<Observation>> byModality = new HashMap<>();
    for (List<Observation> sameTime : observations) {
      for (Observation observation : sameTime) {
        byModality
            .computeIfAbsent(observation.getModality(), m -> new ArrayList<>())
            .add(observation);
      }
    }
    Map<String, List<Observation>> ordered = new LinkedHashMap<>();
    for (Map.Entry<String, ModalitySpec> modality : spec.modalities().entrySet()) {
      List<Observation> list = byModality.get(modality.getKey());
      if (list != null) {
        ordered.put(
            modality.getKey(),
            TokenOrder.select(
                list, Observation::getTime, Observation::getId, modality.getValue().tokens()));
      }
    }
    return ordered;
  }

  private static void lines(Path directory, Path file, LineReader reader) throws IOException {
    String name = directory.relativize(file).toString();
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank()) {
          reader.read(line, name + ":" + number);
        }
      }
    }
  }

  private static String digest(Path directory) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        all.append(directory.relativize(file)).append(' ').append(Digests.of(file)).append('\n');
      }
    }
    return Digests.of(all.toString().getBytes(StandardCharsets.UTF_8));
  }
}
