package dev.braid.pipelines.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.dataset.FittedFeaturizers;
import dev.braid.featurizer.Featurizers;
import dev.braid.pipelines.analysis.SampleLines;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.serving.TinyBundle;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.transforms.observation.DeadLetter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.options.PipelineOptions;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fit must do on every engine. Each engine's module has one test that extends this. */
public abstract class FitContract {
  private static final Spec SPEC = SpecYaml.parse(TinyBundle.SPEC_YAML);

  private static final List<String> WORDS =
      List.of("whine", "rattle", "squeal", "grinding", "silence");

  @TempDir Path directory;
  Path data;
  Path output;

  /** The engine that is held to this contract. */
  protected abstract Engine engine();

  @BeforeEach
  final void makeDataset() throws IOException {
    data = directory.resolve("data");
    output = directory.resolve("new/featurizers-of-data");
    Files.createDirectories(data.resolve("observations"));
    Files.writeString(data.resolve("spec.yaml"), TinyBundle.SPEC_YAML);
  }

  @Test
  void theFeaturizersAreToTheByteThoseOfThePlainFit() throws Exception {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    for (int i = 0; i < 900; i++) {
      (i % 2 == 0 ? first : second).add(SampleLines.observation(i));
    }
    for (int i = 0; i < 100; i++) {
      first.add(SampleLines.log("t" + i, "2026-01-01T00:00:01Z", "gear " + WORDS.get(i % 5)));
    }
    // Sums of these depend on their order, unless they are exact.
    for (int i = 0; i < 300; i++) {
      String order = order("w" + i, Math.pow(10, i % 30) * (i % 2 == 0 ? -0.1 : 0.1));
      (i % 7 == 0 ? second : first).add(order);
    }
    Files.write(data.resolve("observations/a.jsonl"), first);
    Files.write(data.resolve("observations/b.jsonl.gz"), SampleLines.gzip(second));
    Files.writeString(
        data.resolve("splits.jsonl"),
        """
        {"entity":"press-0","split":"train"}
        {"entity":"press-1","split":"train"}
        {"entity":"press-2","split":"test"}
        {"entity":"e","split":"train"}
        """);

    FitReport report = run();

    assertThat(featurizers()).isEqualTo(plainFit());
    assertThat(featurizers().get("log"))
        .contains("\"squeal\"", "\"gear\"")
        .doesNotContain("\"leak\"");
    assertThat(report).isEqualTo(new FitReport(1300, 1000, 0, 4));
    assertThat(FittedFeaturizers.read(SPEC, output).keySet()).isEqualTo(SPEC.modalities().keySet());
    // The test entity is not looked at.
    Files.write(
        data.resolve("observations/a.jsonl"),
        first.stream().filter(line -> !line.contains("\"press-2\"")).toList());
    Files.write(
        data.resolve("observations/b.jsonl.gz"),
        SampleLines.gzip(second.stream().filter(line -> !line.contains("\"press-2\"")).toList()));
    assertThat(plainFit()).isEqualTo(featurizers());
  }

  @Test
  void everyBadInputIsOneDeadLetterAndTheRestIsFitted() throws Exception {
    Files.writeString(data.resolve("splits.jsonl"), "{\"entity\":\"e\",\"split\":\"train\"}\n");
    Files.write(
        data.resolve("observations/a.jsonl"),
        List.of(
            SampleLines.log("good", "2026-01-01T00:00:01Z", "pump noise"),
            SampleLines.log("blank", "2026-01-01T00:00:01Z", " "),
            order("heavy", 1).replace("press-0", "e").replace("1.0", "\"heavy\""),
            "{\"id\":\"cut\""));

    FitReport report = run();

    assertThat(featurizers()).isEqualTo(plainFit());
    assertThat(report).isEqualTo(new FitReport(4, 1, 3, 4));
    assertThat(ResultFiles.deadLetters(output))
        .extracting(DeadLetter::getStep, DeadLetter::getId)
        .containsExactlyInAnyOrder(
            Tuple.tuple("CleanObservations", "blank"),
            Tuple.tuple("FitFeaturizers", "heavy"),
            Tuple.tuple("ParseObservations", "cut"));
  }

  /** Runs with the engine's own defaults. */
  final FitReport run() {
    Engine engine = engine();
    return new FitRun(data, output, false)
        .run(engine, Engines.options(engine, PipelineOptions.class, List.of()));
  }

  private Map<String, String> featurizers() throws IOException {
    Map<String, String> states = new TreeMap<>();
    for (String modality : SPEC.modalities().keySet()) {
      states.put(modality, Files.readString(output.resolve(FittedFeaturizers.file(modality))));
    }
    return states;
  }

  private Map<String, String> plainFit() {
    Map<String, String> states = new TreeMap<>();
    FittedFeaturizers.fit(SPEC, data)
        .forEach((name, featurizer) -> states.put(name, Featurizers.toJson(featurizer)));
    return states;
  }

  private static String order(String id, double age) {
    return ("{\"id\":\"%s\",\"entity\":\"press-0\",\"time\":\"2026-01-01T00:00:00Z\","
            + "\"modality\":\"order\",\"record\":{\"age_days\":%s,\"vendor\":\"A\"}}")
        .formatted(id, age);
  }
}
