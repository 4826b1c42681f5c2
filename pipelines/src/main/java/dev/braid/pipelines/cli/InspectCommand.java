package dev.braid.pipelines.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.bundle.Bundle;
import dev.braid.bundle.Manifest;
import dev.braid.serving.ModelInfo;
import dev.braid.serving.ModelServer;
import dev.braid.serving.ServingOptions;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.spec.TaskSpec;
import dev.braid.tensor.TensorSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid inspect}: checks a bundle and says what is in it. */
@Command(
    name = "inspect",
    description = "Checks a bundle (digests, shapes, golden rows) and says what is in it.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(SpecYaml.durations())
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  @picocli.CommandLine.Spec private CommandSpec spec;

  @Parameters(paramLabel = "BUNDLE", description = "The bundle's directory.")
  private Path directory;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  private record File(String file, long bytes, String digest) {}

  @Override
  public Integer call() throws IOException {
    try (ModelServer.Lease lease = ModelServer.lease(directory, ServingOptions.defaults())) {
      ModelServer server = lease.server();
      Bundle bundle = Bundle.open(directory);
      List<File> files = files(bundle);
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(json(server, files));
      } else {
        table(out, server, files);
      }
      out.flush();
    }
    return ExitCode.OK;
  }

  private static List<File> files(Bundle bundle) throws IOException {
    List<File> files = new java.util.ArrayList<>();
    for (Map.Entry<String, String> file : bundle.manifest().files().entrySet()) {
      files.add(new File(file.getKey(), Files.size(bundle.path(file.getKey())), file.getValue()));
    }
    return files;
  }

  private static String json(ModelServer server, List<File> files) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("name", server.name());
    all.put("digest", server.digest());
    all.put("valid", true);
    all.put("formatVersion", server.manifest().formatVersion());
    all.put("precision", server.precision());
    all.put("device", server.device());
    all.put("anomalyThreshold", server.anomalyThreshold());
    all.put("spec", server.spec());
    all.put("models", server.models());
    all.put("provenance", server.manifest().provenance());
    all.put("files", files);
    try {
      return JSON.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void table(PrintWriter out, ModelServer server, List<File> files) {
    Spec spec = server.spec();
    Manifest.Provenance provenance = server.manifest().provenance();
    line(out, "bundle", server.name() + " (" + server.precision() + ")");
    line(out, "digest", server.digest());
    line(
        out,
        "checked",
        "%d files by digest, %d models by shape and golden rows on %s"
            .formatted(files.size(), server.models().size(), server.device()));
    out.println();
    line(out, "window", spec.window().describe());
    spec.modalities()
        .forEach((name, modality) -> line(out, "modality", name + ": " + modality.kind()));
    spec.tasks().forEach((name, task) -> line(out, "task", name + ": " + describe(task)));
    line(out, "anomaly", "score above " + server.anomalyThreshold());
    out.println();
    for (ModelInfo model : server.models()) {
      line(
          out,
          "model",
          "%s: %,d parameters, %,d bytes; file %s, %,d bytes"
              .formatted(
                  model.name(),
                  model.parameters(),
                  model.parameterBytes(),
                  model.file(),
                  model.bytes()));
      line(out, "  in", tensors(model.inputs()));
      line(out, "  out", tensors(model.outputs()));
    }
    out.println();
    line(out, "trained on", provenance.dataDigest());
    line(
        out,
        "by",
        "commit %s, seed %d, variant %s"
            .formatted(provenance.commit(), provenance.seed(), provenance.variant()));
    provenance
        .metrics()
        .forEach((name, value) -> line(out, "metric", "%s %.4f".formatted(name, value)));
    out.println();
    for (File file : files) {
      line(out, "file", "%s  %,d bytes  %s".formatted(file.file(), file.bytes(), file.digest()));
    }
  }

  private static String describe(TaskSpec task) {
    return task instanceof TaskSpec.Classification classification
        ? "classification of " + String.join(", ", classification.labels())
        : "regression";
  }

  private static void line(PrintWriter out, String key, String value) {
    out.printf("%-11s %s%n", key, value);
  }

  private static String tensors(List<TensorSpec> specs) {
    return specs.stream()
        .map(spec -> spec.name() + " " + spec.type() + " " + spec.shape())
        .collect(Collectors.joining(", "));
  }
}
