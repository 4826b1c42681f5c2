package dev.braid.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.bundle.Manifest;
import dev.braid.dataset.Dataset;
import dev.braid.training.export.BundleExport;
import dev.braid.training.fusion.Variant;
import dev.braid.training.trainer.Checkpoint;
import dev.braid.training.trainer.InvalidCheckpointException;
import dev.braid.training.trainer.TrainedModel;
import dev.braid.training.trainer.Trainer;
import dev.braid.training.trainer.TrainingData;
import dev.braid.training.trainer.TrainingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run that is cut off goes on as if it had not been. */
final class ResumeTest {
  private static final TrainingOptions OPTIONS = new TrainingOptions(8, 8, 0.002, 3, 1);

  @TempDir private Path directory;

  private Path file;
  private String digest;
  private TrainingData data;

  @BeforeEach
  void aSmallDataSet() throws IOException {
    Dataset dataset = Dataset.open(SmallWorld.write(directory.resolve("data"), 30));
    file = directory.resolve("work").resolve("checkpoint");
    digest = dataset.digest();
    data = TrainingData.load(dataset);
  }

  @ParameterizedTest
  @CsvSource({"encoders,2", "encoders,3", "fusion,1", "fusion,3", "joint,1"})
  void aRunThatIsCutOffAndGoesOnGivesTheBundleOfOneThatIsNot(String stage, int epoch)
      throws IOException {
    String whole = bundle(OPTIONS, null, false);
    assertThatThrownBy(() -> train(OPTIONS, checkpoint(OPTIONS), false, stage, epoch))
        .isInstanceOf(CutOff.class);
    assertThat(bundle(OPTIONS, checkpoint(OPTIONS), true)).isEqualTo(whole);
  }

  @Test
  void aRunGoesOnAfterTheLastWholeEpochWithItsHistory() {
    cut(OPTIONS, "fusion", 3);
    Cutter listener = new Cutter("", 0);
    Checkpoint checkpoint = checkpoint(OPTIONS);
    checkpoint.load();
    try (TrainedModel trained =
        new Trainer(data, OPTIONS).train(Variant.FULL, listener, checkpoint)) {
      assertThat(listener.first).isEqualTo("fusion 3");
      assertThat(trained.history())
          .extracting(report -> report.stage() + " " + report.epoch())
          .startsWith("encoders 1", "encoders 2", "encoders 3", "fusion 1", "fusion 2", "fusion 3")
          .endsWith("joint 1")
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void aRunMayBeCutOffAfterItsLastEpoch() throws IOException {
    String whole = bundle(OPTIONS, checkpoint(OPTIONS), false);
    Cutter listener = new Cutter("", 0);
    Checkpoint checkpoint = checkpoint(OPTIONS);
    checkpoint.load();
    try (TrainedModel trained =
        new Trainer(data, OPTIONS).train(Variant.FULL, listener, checkpoint)) {
      assertThat(listener.first).isEmpty();
      assertThat(write(trained)).isEqualTo(whole);
    }
  }

  @Test
  void aRunThatIsNotAskedToGoOnBeginsAnew() {
    cut(OPTIONS, "encoders", 3);
    Cutter listener = new Cutter("", 0);
    new Trainer(data, OPTIONS).train(Variant.FULL, listener, checkpoint(OPTIONS)).close();
    assertThat(listener.first).isEqualTo("encoders 1");
  }

  @Test
  void aCheckpointOfAnotherRunIsRefusedWithWhatDiffers() throws IOException {
    cut(OPTIONS, "encoders", 2);
    TrainingOptions longer = new TrainingOptions(9, 8, 0.002, 5, 1);
    assertThatThrownBy(() -> train(longer, checkpoint(longer), true, "", 0))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessage(
            "the checkpoint %s is of another run: epochs was 8 and is 9, seed was 3 and is 5; train without --resume to begin anew"
                .formatted(file));
    assertThatThrownBy(() -> checkpoint(data, "r2", OPTIONS).load())
        .hasMessageContaining("another run: revision was r1 and is r2;");
    Dataset more = Dataset.open(SmallWorld.write(directory.resolve("more"), 40));
    assertThatThrownBy(() -> checkpoint(TrainingData.load(more), "r1", OPTIONS).load())
        .hasMessageContaining(
            "data was " + digest + " and is " + more.digest() + ", featurizers was");
  }

  @Test
  void aRunMayGoOnWithAnotherNumberOfThreads() {
    cut(OPTIONS, "encoders", 2);
    TrainingOptions wider = new TrainingOptions(8, 8, 0.002, 3, 2);
    // Its first step is enough to see that it is let go on.
    assertThatThrownBy(() -> train(wider, checkpoint(wider), true, "encoders", 2))
        .isInstanceOf(CutOff.class);
  }

  @Test
  void aFileThatIsNoCheckpointIsRefusedInOneLine() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "PK and nothing of use");
    assertThatThrownBy(() -> train(OPTIONS, checkpoint(OPTIONS), true, "", 0))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasMessage(
            file
                + " is not a checkpoint of this version of Braid; train without --resume to begin anew");
    Files.delete(file);
    cut(OPTIONS, "encoders", 2);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> train(OPTIONS, checkpoint(OPTIONS), true, "", 0))
        .isInstanceOf(InvalidCheckpointException.class);
  }

  @Test
  void aRunThatIsCutOffWhileItWritesLeavesTheCheckpointBefore() throws IOException {
    String whole = bundle(OPTIONS, null, false);
    cut(OPTIONS, "encoders", 2);
    Files.writeString(file.resolveSibling("checkpoint.part"), "half of");
    assertThat(bundle(OPTIONS, checkpoint(OPTIONS), true)).isEqualTo(whole);
    checkpoint(OPTIONS).delete();
    assertThat(file.getParent()).isEmptyDirectory();
  }

  @Test
  void aCheckpointThatCannotBeWrittenIsOneLine() throws IOException {
    Files.createDirectories(file.resolveSibling("checkpoint.part"));
    assertThatThrownBy(() -> train(OPTIONS, checkpoint(OPTIONS), false, "", 0))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot write the checkpoint " + file + ": ")
        .message()
        .hasLineCount(1);
  }

  private Checkpoint checkpoint(TrainingOptions options) {
    return checkpoint(data, "r1", options);
  }

  private Checkpoint checkpoint(TrainingData rows, String revision, TrainingOptions options) {
    return Checkpoint.of(file, rows, revision, Variant.FULL, options);
  }

  /** Runs to the middle of an epoch. */
  private void cut(TrainingOptions options, String stage, int epoch) {
    assertThatThrownBy(() -> train(options, checkpoint(options), false, stage, epoch))
        .isInstanceOf(CutOff.class);
  }

  private void train(
      TrainingOptions options, Checkpoint checkpoint, boolean resume, String stage, int epoch) {
    if (resume) {
      checkpoint.load();
    }
    new Trainer(data, options).train(Variant.FULL, new Cutter(stage, epoch), checkpoint).close();
  }

  private String bundle(TrainingOptions options, Checkpoint checkpoint, boolean resume)
      throws IOException {
    if (resume) {
      checkpoint.load();
    }
    try (TrainedModel trained =
        new Trainer(data, options).train(Variant.FULL, Silence.LISTENER, checkpoint)) {
      return write(trained);
    }
  }

  private String write(TrainedModel trained) throws IOException {
    return BundleExport.write(
            directory.resolve("bundle"),
            trained,
            new Manifest.Provenance(digest, 3, "unknown", "full", trained.metrics()))
        .digest();
  }

  /** What a kill is to a run: nothing of it comes after. */
  private static final class CutOff extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Cuts a run off in the middle of an epoch. */
  private static final class Cutter implements Trainer.Listener {
    private final String where;
    private String first = "";
    private String now = "";

    Cutter(String stage, int epoch) {
      this.where = stage + " " + epoch;
    }

    @Override
    public void epochStarted(String stage, int epoch, int epochs, int steps) {
      now = stage + " " + epoch;
      first = first.isEmpty() ? now : first;
    }

    @Override
    public void stepped(double loss) {
      if (now.equals(where)) {
        throw new CutOff();
      }
    }

    @Override
    public void epochEnded(TrainedModel.EpochReport report) {}
  }
}
