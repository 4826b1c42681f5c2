package dev.braid.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.braid.dataset.Dataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatasetCommandTest {
  @TempDir Path directory;

  private Shell dataset(String... more) {
    List<String> args = new ArrayList<>(List.of("dataset"));
    args.addAll(List.of(more));
    args.addAll(List.of("--out", directory.resolve("out").toString()));
    return Shell.run(args.toArray(String[]::new));
  }

  @Test
  void standardOutputIsOneJsonObjectAndTheDataSetIsThere() throws Exception {
    Shell shell = dataset("plant", "--scenes", "3", "--json");

    assertThat(shell.code()).isZero();
    assertThat(shell.out().lines()).hasSize(1);
    JsonNode report = new ObjectMapper().readTree(shell.out());
    assertThat(report.at("/counts/scenes").intValue()).isEqualTo(3);
    assertThat(report.at("/notes").isEmpty()).isTrue();
    assertThat(Dataset.open(directory.resolve("out")).scenes()).hasSize(3);
  }

  @Test
  void withoutJsonTheCountsAreATable() {
    Shell shell = dataset("plant", "--scenes", "3");

    assertThat(shell.code()).isZero();
    assertThat(shell.out().lines()).contains("scenes                       3");
  }

  @Test
  void anUnknownNameIsBadUsage() {
    Shell shell = dataset("cifar");

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.err())
        .contains("unknown data set 'cifar'; known: digits, plant, spsw-har, nsl-kdd, nab");
  }

  @Test
  void aConversionWithoutASourceIsBadUsage() {
    Shell shell = dataset("digits");

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.err()).contains("the data set 'digits' needs --source DIR");
  }

  @Test
  void aProbabilityAboveOneIsBadUsage() {
    Shell shell = dataset("plant", "--missing", "1.5");

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.err()).contains("--missing must be between 0 and 1, but was: 1.5");
    assertThat(dataset("plant", "--scenes", "0").code()).isEqualTo(2);
  }

  @Test
  void aSourceThatIsNotThereIsOneLine() {
    Shell shell = dataset("digits", "--source", directory + "/none");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err())
        .isEqualTo("braid: there is no source directory %s/none\n".formatted(directory));
  }

  @Test
  void aSourceWithoutFilesIsOneLineAndLeavesNothing() throws Exception {
    Files.createDirectory(directory.resolve("empty"));

    Shell shell = dataset("digits", "--source", directory + "/empty");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err())
        .isEqualTo(
            "braid: there is no file image/*images-idx3-ubyte.gz below %s/empty\n"
                .formatted(directory));
    assertThat(directory.resolve("out")).doesNotExist();
  }
}
