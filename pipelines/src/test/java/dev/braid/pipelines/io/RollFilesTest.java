package dev.braid.pipelines.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.fuse.PredictionCoder;
import dev.braid.transforms.observation.DeadLetter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of an unbounded stream, on the DirectRunner. */
class RollFilesTest {
  private static final Rolling EVERY_MINUTE =
      new Rolling.ByTime(java.time.Duration.ofMinutes(1), false);
  private static final String LAUNCH = "\\d{8}T\\d{9}Z-[0-9a-f]{4}";

  @TempDir private Path directory;

  @Test
  void predictionsOfAStreamAreInFilesOfFourSeriesAndAreReadBack() throws Exception {
    List<Prediction> predictions =
        IntStream.range(0, 100).mapToObj(i -> SamplePredictions.of("press-" + i % 3, i)).toList();

    writeStream(predictions);

    assertThat(ResultFiles.predictions(directory)).containsExactlyInAnyOrderElementsOf(predictions);
    assertThat(names())
        .hasSize(4)
        .allMatch(name -> name.matches("predictions-" + LAUNCH + "-00000000-[0-3]\\.jsonl"));
  }

  @Test
  void theSameStreamAsParquetIsInFilesOfThatFormat() throws Exception {
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(
            TestStream.create(PredictionCoder.of())
                .addElements(SamplePredictions.of("e", 0))
                .advanceProcessingTime(Duration.standardSeconds(61))
                .advanceWatermarkToInfinity())
        .apply(WritePredictions.to(directory).as(ResultFormat.PARQUET).rolled(EVERY_MINUTE));
    pipeline.run().waitUntilFinish();

    assertThat(names()).singleElement().asString().endsWith(".parquet");
    assertThat(ResultFiles.predictionFiles(directory)).hasSize(1);
    byte[] file = Files.readAllBytes(directory.resolve(names().get(0)));
    assertThat(new String(file, 0, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
    assertThat(new String(file, file.length - 4, 4, StandardCharsets.US_ASCII)).isEqualTo("PAR1");
  }

  @Test
  void anotherLaunchIntoTheSameDirectoryReplacesNothing() throws Exception {
    List<Prediction> predictions = List.of(SamplePredictions.of("e", 0));

    writeStream(predictions);
    List<String> first = names();
    writeStream(predictions);

    assertThat(names()).hasSize(2).containsAll(first);
    assertThat(ResultFiles.predictions(directory)).hasSize(2);
  }

  @Test
  void aFileIsCutWhenItsTimeIsUpAndTheNextOneHasTheNextNumber() throws Exception {
    writeLines(
        TestStream.create(StringUtf8Coder.of())
            .addElements("a", "b")
            .advanceProcessingTime(Duration.standardSeconds(59))
            .addElements("c")
            .advanceProcessingTime(Duration.standardSeconds(2))
            .addElements("d")
            .advanceProcessingTime(Duration.standardSeconds(61))
            .advanceWatermarkToInfinity());

    assertThat(names())
        .satisfiesExactly(
            name -> assertThat(name).matches("p-" + LAUNCH + "-00000000-0\\.jsonl"),
            name -> assertThat(name).matches("p-" + LAUNCH + "-00000001-0\\.jsonl"));
    assertThat(Files.readAllLines(directory.resolve(names().get(0))))
        .containsExactlyInAnyOrder("a", "b", "c");
    assertThat(Files.readAllLines(directory.resolve(names().get(1)))).containsExactly("d");
  }

  @Test
  void aFullFileIsCutBeforeItsTimeAndTheRestFollowsInTime() throws Exception {
    String megabyte = "x".repeat(1_100_000);
    writeLines(
        TestStream.create(StringUtf8Coder.of())
            .addElements("1" + megabyte, "2" + megabyte, "3" + megabyte, "4" + megabyte, "5")
            .advanceProcessingTime(Duration.standardSeconds(61))
            .advanceWatermarkToInfinity());

    assertThat(names()).hasSize(2);
    assertThat(Files.size(directory.resolve(names().get(0)))).isGreaterThan(4_194_304);
    assertThat(Stream.concat(lines(0), lines(1)).map(line -> line.substring(0, 1)))
        .containsExactlyInAnyOrder("1", "2", "3", "4", "5");
  }

  /** Direct has no batches, and makes some of its own. */
  @Test
  void theFilesOfBatchesHaveEachLineOnceAndAreNumbered() throws Exception {
    writeLines(
        TestStream.create(StringUtf8Coder.of())
            .addElements("b", "c", "a")
            .addElements("e", "d")
            .advanceWatermarkToInfinity(),
        new Rolling.ByBatch());

    List<String> written = new ArrayList<>();
    for (int file = 0; file < names().size(); file++) {
      assertThat(names().get(file)).matches("p-%s-%08d-0\\.jsonl".formatted(LAUNCH, file));
      List<String> lines = lines(file).toList();
      assertThat(lines).isSorted();
      written.addAll(lines);
    }
    assertThat(written).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
  }

  @Test
  void deadLettersOfAStreamAreReadBack() throws Exception {
    DeadLetter letter = DeadLetter.of("Step", "log", "e", "o1", "why", null, "{}");
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(
            TestStream.create(BadRecord.getCoder(pipeline))
                .addElements(letter.toBadRecord())
                .advanceProcessingTime(Duration.standardSeconds(61))
                .advanceWatermarkToInfinity())
        .apply(WriteDeadLetters.to(directory).rolled(EVERY_MINUTE));
    pipeline.run().waitUntilFinish();

    assertThat(ResultFiles.deadLetters(directory)).containsExactly(letter);
  }

  @Test
  void aFileCollectsBetweenASecondAndAnHour() {
    assertThatThrownBy(() -> new Rolling.ByTime(java.time.Duration.ofMillis(999), false))
        .hasMessage("a file must collect for between 1 and 3600 seconds, but was: PT0.999S");
    assertThatThrownBy(() -> new Rolling.ByTime(java.time.Duration.ofHours(2), false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void writeStream(List<Prediction> predictions) {
    Pipeline pipeline = Pipeline.create();
    TestStream.Builder<Prediction> stream = TestStream.create(PredictionCoder.of());
    for (Prediction prediction : predictions) {
      stream = stream.addElements(prediction);
    }
    pipeline
        .apply(
            stream.advanceProcessingTime(Duration.standardSeconds(61)).advanceWatermarkToInfinity())
        .apply(WritePredictions.to(directory).rolled(EVERY_MINUTE));
    pipeline.run().waitUntilFinish();
  }

  private void writeLines(TestStream<String> stream) {
    writeLines(stream, EVERY_MINUTE);
  }

  private void writeLines(TestStream<String> stream, Rolling rolling) {
    Pipeline pipeline = Pipeline.create();
    pipeline.apply(stream).apply(new WriteLines(directory, "p", 1, ResultFormat.JSONL, rolling));
    pipeline.run().waitUntilFinish();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private Stream<String> lines(int file) throws IOException {
    return Files.readAllLines(directory.resolve(names().get(file))).stream();
  }
}
