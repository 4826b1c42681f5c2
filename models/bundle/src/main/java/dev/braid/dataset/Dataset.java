package dev.braid.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.bundle.Digests;
import dev.braid.observation.Blobs;
import dev.braid.observation.Observation;
import dev.braid.scene.TokenOrder;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.spec.TaskSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A data set directory: {@code spec.yaml}, {@code observations/*.jsonl[.gz]}, {@code blobs/},
 * {@code labels.jsonl}, and, where it matters which entities are held out, {@code splits.jsonl}
 * ({@code {"entity","split"}}, one of train, validation, test). Held in memory are the scenes, and
 * of each observation its names, time and place, about 120 bytes; payloads are read again from disk
 * whenever they are asked for, so the files must stay as they are. Immutable; safe for several
 * threads.
 */
public final class Dataset {
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

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

  /**
   * Reads a data set.
   *
   * @throws InvalidDatasetException if a file is missing or malformed, or there is no labelled
   *     scene
   * @throws dev.braid.spec.InvalidSpecException if the spec is not valid
   */
  public static Dataset open(Path directory) {
    return open(directory, ScratchFile.defaultDirectory());
  }

  /**
   * Reads a data set and unpacks the observations of its compressed files below {@code scratch},
   * for as long as the data set or one of its observations is in use.
   *
   * @throws InvalidDatasetException if a file is missing or malformed, or there is no labelled
   *     scene
   * @throws dev.braid.spec.InvalidSpecException if the spec is not valid
   * @throws java.io.UncheckedIOException if {@code scratch} cannot be written
   */
  public static Dataset open(Path directory, Path scratch) {
    Path specFile = directory.resolve("spec.yaml");
    if (!Files.isRegularFile(specFile)) {
      throw new InvalidDatasetException(
          "there is no data set at %s: spec.yaml is missing; 'braid dataset' makes one"
              .formatted(directory));
    }
    Spec spec = SpecYaml.read(specFile);
    try {
      List<String> rejected = new ArrayList<>();
      Map<String, List<Observation>> byEntity =
          observations(
              new ObservationStore(directory, spec, scratch),
              observationFiles(directory),
              rejected);
      List<LabelledScene> scenes =
          scenes(spec, labels(spec, directory), Splits.of(directory), byEntity);
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

  /** Where it lies. */
  public Path directory() {
    return directory;
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

  /** The observations of every entity, by time. */
  private static Map<String, List<Observation>> observations(
      ObservationStore store, List<Path> files, List<String> rejected) {
    Map<String, List<Observation>> byEntity = new HashMap<>();
    for (Path file : files) {
      for (Observation observation : store.add(file, rejected)) {
        byEntity.computeIfAbsent(observation.getEntity(), e -> new ArrayList<>()).add(observation);
      }
    }
    byEntity.values().forEach(all -> all.sort(Comparator.comparing(Observation::getTime)));
    return byEntity;
  }

  private static List<Label> labels(Spec spec, Path directory) {
    List<Label> labels = new ArrayList<>();
    Path file = directory.resolve("labels.jsonl");
    if (!Files.isRegularFile(file)) {
      throw new InvalidDatasetException("there are no labels: " + file + " is missing");
    }
    Lines.read(
        directory,
        file,
        line -> {
          String where = line.where();
          try {
            JsonNode node = JSON.readTree(line.text());
            String task = text(node, "task");
            TaskSpec taskSpec = spec.tasks().get(task);
            if (taskSpec == null) {
              throw new InvalidDatasetException(
                  "%s: unknown task '%s'; known: %s".formatted(where, task, spec.tasks().keySet()));
            }
            labels.add(
                new Label(
                    text(node, "entity"),
                    Instant.parse(text(node, "start")),
                    Instant.parse(text(node, "end")),
                    task,
                    value(taskSpec, member(node, "value"), where)));
          } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            throw new InvalidDatasetException(where + ": not a label: " + describe(e), e);
          }
        });
    return labels;
  }

  private static Object value(TaskSpec task, JsonNode value, String where) {
    if (task instanceof TaskSpec.Classification classification) {
      if (!classification.labels().contains(value.asText())) {
        throw new InvalidDatasetException(
            "%s: the label must be one of %s, but was: %s"
                .formatted(where, classification.labels(), value));
      }
      return value.asText();
    }
    if (!value.isNumber() || Double.isInfinite(value.doubleValue())) {
      throw new InvalidDatasetException(
          where + ": the label must be a finite number, but was: " + value);
    }
    return value.doubleValue();
  }

  private static JsonNode member(JsonNode node, String member) {
    JsonNode value = node.get(member);
    if (value == null) {
      throw new IllegalArgumentException("'" + member + "' is missing");
    }
    return value;
  }

  static String text(JsonNode node, String member) {
    JsonNode value = member(node, member);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw new IllegalArgumentException(
          "'%s' must be a text, but was: %s".formatted(member, value));
    }
    return value.textValue();
  }

  static String describe(Exception e) {
    String message =
        e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.getMessage();
    return String.valueOf(message).lines().findFirst().orElse("");
  }

  private static List<LabelledScene> scenes(
      Spec spec, List<Label> labels, Splits splits, Map<String, List<Observation>> byEntity) {
    record Key(String entity, Instant start, Instant end) {}
    Map<Key, Map<String, Object>> truths =
        new TreeMap<>(
            Comparator.comparing(Key::entity).thenComparing(Key::start).thenComparing(Key::end));
    for (Label label : labels) {
      Object other =
          truths
              .computeIfAbsent(
                  new Key(label.entity(), label.start(), label.end()), k -> new LinkedHashMap<>())
              .put(label.task(), label.value());
      if (other != null && !other.equals(label.value())) {
        throw new InvalidDatasetException(
            "'%s' has two labels of task '%s' from %s: '%s' and '%s'"
                .formatted(label.entity(), label.task(), label.start(), other, label.value()));
      }
    }
    Duration size = spec.timeWindow("a data set, whose labels span windows,").size();
    List<LabelledScene> scenes = new ArrayList<>();
    truths.forEach(
        (key, values) -> {
          if (!Duration.between(key.start(), key.end()).equals(size)) {
            throw new InvalidDatasetException(
                "a label of '%s' spans %s to %s, but a window is %s long"
                    .formatted(key.entity(), key.start(), key.end(), size));
          }
          List<Observation> all = byEntity.getOrDefault(key.entity(), List.of());
          Map<String, List<Observation>> inWindow =
              inWindow(spec, all.subList(firstAt(all, key.start()), firstAt(all, key.end())));
          if (!inWindow.isEmpty()) {
            scenes.add(
                new LabelledScene(
                    key.entity(),
                    key.start(),
                    key.end(),
                    splits.of(key.entity()),
                    Collections.unmodifiableMap(values),
                    inWindow));
          }
        });
    return scenes;
  }

  /** The index of the first observation at or after an instant. */
  private static int firstAt(List<Observation> byTime, Instant instant) {
    int low = 0;
    int high = byTime.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (byTime.get(middle).getTime().isBefore(instant)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static Map<String, List<Observation>> inWindow(
      Spec spec, List<Observation> observations) {
    Map<String, List<Observation>> byModality = new HashMap<>();
    for (Observation observation : observations) {
      byModality
          .computeIfAbsent(observation.getModality(), m -> new ArrayList<>())
          .add(observation);
    }
    Map<String, List<Observation>> ordered = new LinkedHashMap<>();
    for (String modality : spec.modalities().keySet()) {
      List<Observation> list = byModality.get(modality);
      if (list != null) {
        ordered.put(
            modality,
            // All of them: which ones a scene keeps is decided among those that can be encoded.
            TokenOrder.select(list, Observation::getTime, Observation::getId, Integer.MAX_VALUE));
      }
    }
    return Collections.unmodifiableMap(ordered);
  }

  private static String digest(Path directory) throws IOException {
    StringBuilder all = new StringBuilder();
    // A link to the directory would itself be all that is walked.
    Path root = directory.toRealPath();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        all.append(root.relativize(file)).append(' ').append(Digests.of(file)).append('\n');
      }
    }
    return Digests.of(all.toString().getBytes(StandardCharsets.UTF_8));
  }
}
