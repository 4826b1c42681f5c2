package dev.braid.pipelines.convert;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.braid.dataset.AnomalyWindow;
import dev.braid.dataset.Label;
import dev.braid.dataset.Split;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a data set directory. What was written is removed on {@link #close} unless {@link #finish}
 * came before, and {@code spec.yaml} is written last, so that no half data set is ever read. Not
 * safe for several threads.
 */
final class DatasetWriter implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path directory;
  private final boolean existed;
  private final Map<String, BufferedWriter> open = new LinkedHashMap<>();
  private @Nullable Spec spec;
  private boolean finished;

  private DatasetWriter(Path directory, boolean existed) {
    this.directory = directory;
    this.existed = existed;
  }

  /**
   * Begins a data set.
   *
   * @throws InvalidSourceException if the directory holds files or cannot be made
   */
  static DatasetWriter create(Path directory) {
    boolean existed = Files.isDirectory(directory);
    try {
      if (existed) {
        try (Stream<Path> files = Files.list(directory)) {
          if (files.findAny().isPresent()) {
            throw new InvalidSourceException(
                "the output directory %s is not empty; remove it or name another"
                    .formatted(directory));
          }
        }
      }
      Files.createDirectories(directory.resolve("observations"));
    } catch (IOException e) {
      throw cannotWrite(directory, e);
    }
    return new DatasetWriter(directory, existed);
  }

  /** The spec, which {@link #finish} writes. */
  void spec(Spec given) {
    spec = given;
  }

  /**
   * Appends one observation.
   *
   * @param file a name below {@code observations/}; one that ends in {@code .gz} is compressed
   */
  void observation(String file, Observation observation) {
    line("observations/" + file, ObservationJson.format(observation));
  }

  /** Appends one line as it is, which need not be an observation. */
  void rawLine(String file, String line) {
    line("observations/" + file, line);
  }

  /** Appends the truth of one task about one window. */
  void label(Label label) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("entity", label.entity())
            .put("start", label.start().toString())
            .put("end", label.end().toString())
            .put("task", label.task());
    if (label.value() instanceof Double number) {
      node.put("value", number);
    } else {
      node.put("value", label.value().toString());
    }
    line("labels.jsonl", node.toString());
  }

  /** Appends a stretch of time in which an entity is known to be out of order. */
  void anomaly(AnomalyWindow window) {
    line(
        AnomalyWindow.FILE,
        JSON.createObjectNode()
            .put("entity", window.entity())
            .put("start", window.start().toString())
            .put("end", window.end().toString())
            .toString());
  }

  /** Says which part an entity belongs to. */
  void split(String entity, Split split) {
    line(
        "splits.jsonl",
        JSON.createObjectNode().put("entity", entity).put("split", split.label()).toString());
  }

  /** Writes a blob, unless it is there already, and gives its {@code uri}. */
  String blob(String name, byte[] bytes) {
    String uri = "blobs/" + name;
    Path file = directory.resolve(uri);
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(directory.resolve("blobs"));
        Files.write(file, bytes);
      }
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
    return uri;
  }

  /** Closes the files and writes the spec: the data set is whole. */
  void finish() {
    closeFiles();
    Spec given = spec;
    if (given == null) {
      throw new IllegalStateException("a data set needs a spec");
    }
    Path file = directory.resolve("spec.yaml");
    try {
      Files.writeString(file, SpecYaml.format(given));
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
    finished = true;
  }

  @Override
  public void close() {
    if (finished) {
      return;
    }
    try {
      closeFiles();
    } finally {
      remove();
    }
  }

  private void line(String name, String line) {
    try {
      BufferedWriter writer = open.get(name);
      if (writer == null) {
        writer = open(directory.resolve(name));
        open.put(name, writer);
      }
      writer.write(line);
      writer.write('\n');
    } catch (IOException e) {
      throw cannotWrite(directory.resolve(name), e);
    }
  }

  private static BufferedWriter open(Path file) throws IOException {
    OutputStream raw = Files.newOutputStream(file);
    try {
      // The header of GZIPOutputStream holds no time: the same lines give the same bytes.
      OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw;
      return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  private void closeFiles() {
    IOException failure = null;
    for (BufferedWriter writer : open.values()) {
      try {
        writer.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    open.clear();
    if (failure != null) {
      throw cannotWrite(directory, failure);
    }
  }

  private void remove() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!existed || !file.equals(directory)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new InvalidSourceException(
          "cannot remove what was begun in %s: %s".formatted(directory, e), e);
    }
  }

  private static InvalidSourceException cannotWrite(Path file, IOException e) {
    return new InvalidSourceException("cannot write %s: %s".formatted(file, e), e);
  }
}
