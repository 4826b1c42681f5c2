package dev.braid.pipelines.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.pipelines.io.DestinationException;
import dev.braid.pipelines.io.PredictionJson;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.pipelines.io.ResultFormat;
import dev.braid.pipelines.io.postgres.RealPostgres;
import dev.braid.serving.TinyBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bounded runs whose predictions and dead letters go to different places. */
class AnalysisDestinationsTest {
  @TempDir private static Path shared;
  private static RealPostgres postgres;

  @TempDir private Path directory;

  @BeforeAll
  static void start() throws Exception {
    postgres = RealPostgres.start(shared.resolve("data"));
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void makeBundleAndInput() throws Exception {
    TinyBundle.write(directory.resolve("bundle"));
    Files.createDirectory(directory.resolve("input"));
    Files.writeString(
        directory.resolve("input/a.jsonl"),
        SampleLines.log("l1", "2026-01-01T00:00:01Z", "noise") + "\nnot an observation\n");
  }

  @Test
  void aTableTakesThePredictionsAndADirectoryTheDeadLetters() throws Exception {
    Path letters = directory.resolve("letters");
    AnalysisRun run = toTable("answers", true, letters);

    AnalysisReport first = run(run, new TestEngine());
    AnalysisReport again =
        run(
            new AnalysisRun(run.bundle(), run.input(), run.predictions(), files(letters), true),
            new TestEngine());

    assertThat(List.of(first.predictions(), first.deadLetters())).containsExactly(2L, 1L);
    assertThat(again).isEqualTo(first);
    assertThat(postgres.query("select prediction from answers order by window_end"))
        .map(line -> PredictionJson.parse(line).getWindowEnd().toString())
        .containsExactly("2026-01-01T00:00:05Z", "2026-01-01T00:00:10Z");
    assertThat(ResultFiles.deadLetters(letters)).hasSize(1);
    assertThat(ResultFiles.predictionFiles(letters)).isEmpty();
  }

  @Test
  void predictionsAndDeadLettersGoToTwoDirectories() throws Exception {
    Path answers = directory.resolve("answers");
    Path letters = directory.resolve("letters");

    run(
        new AnalysisRun(
            directory.resolve("bundle"),
            directory.resolve("input"),
            files(answers),
            files(letters),
            false),
        new TestEngine());

    assertThat(ResultFiles.in(answers)).isEqualTo(ResultFiles.predictionFiles(answers)).hasSize(4);
    assertThat(ResultFiles.in(letters)).isEqualTo(ResultFiles.deadLetterFiles(letters)).hasSize(1);
  }

  @Test
  void predictionsAsParquetStandBesideDeadLettersAsLines() throws Exception {
    Path output = directory.resolve("output");
    Destination parquet = new Destination.Files(output, ResultFormat.PARQUET);

    AnalysisReport report =
        run(
            new AnalysisRun(
                directory.resolve("bundle"), directory.resolve("input"), parquet, parquet, false),
            new TestEngine());

    assertThat(List.of(report.predictions(), report.deadLetters())).containsExactly(2L, 1L);
    assertThat(ResultFiles.predictionFiles(output))
        .isNotEmpty()
        .allMatch(
            file ->
                String.valueOf(file.getFileName())
                    .matches("predictions-0000[0-3]-of-00004\\.parquet"));
    assertThat(ResultFiles.deadLetters(output)).hasSize(1);
  }

  @Test
  void aTableThatIsNotThereIsRefusedBeforeAnythingIsMade() {
    AnalysisRun run = toTable("absent", false, directory.resolve("letters"));

    assertThatThrownBy(() -> run(run, new TestEngine()))
        .isInstanceOf(DestinationException.class)
        .hasMessageEndingWith("there is no such table; create it with --createTable");
    assertThat(directory.resolve("letters")).doesNotExist();
  }

  @Test
  void aTableThatIsLostMeanwhileFailsTheRunInOneLine() {
    AnalysisRun run = toTable("lost", true, directory.resolve("letters"));
    Engine hasty =
        new TestEngine() {
          @Override
          public PipelineResult run(Pipeline pipeline) {
            try {
              postgres.execute("drop table lost");
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
            return super.run(pipeline);
          }
        };

    assertThatThrownBy(() -> run(run, hasty))
        .isInstanceOf(AnalysisException.class)
        .hasMessage(
            "the run failed, and some results may be left in table lost of %1$s: cannot write"
                + " predictions to table lost of %1$s: there is no such table; create it with"
                + " --createTable",
            postgres.url());
    assertThat(directory.resolve("letters")).doesNotExist();
  }

  @Test
  void deadLettersHaveNoPlaceInATable() {
    Destination table = new Destination.Table(postgres.table("t"), true);

    assertThatThrownBy(() -> new AnalysisRun(directory, directory, files(directory), table, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dead letters go to files or to a topic, not to a table");
  }

  private AnalysisRun toTable(String name, boolean create, Path letters) {
    return new AnalysisRun(
        directory.resolve("bundle"),
        directory.resolve("input"),
        new Destination.Table(postgres.table(name), create),
        files(letters),
        false);
  }

  private static Destination files(Path path) {
    return new Destination.Files(path);
  }

  private static AnalysisReport run(AnalysisRun run, Engine engine) {
    return run.run(engine, Engines.options(engine, PipelineOptions.class, List.of()));
  }
}
