package dev.braid.pipelines.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.dataset.InvalidDatasetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservationFilesTest {
  @TempDir private Path input;

  @Test
  void aDataSetKeepsItsObservationsInADirectoryOfTheirOwn() throws IOException {
    Path b = write("observations/b.jsonl", "{}");
    Path a = write("observations/a.jsonl.gz", "");
    write("observations/.hidden.jsonl", "{}");
    write("observations/notes.txt", "{}");
    write("labels.jsonl", "{}");
    write("more.jsonl", "{}");

    ObservationFiles files = ObservationFiles.below(input);

    assertThat(files.files()).containsExactly(a, b);
    assertThat(files.root()).isEqualTo(input);
  }

  @Test
  void aDirectoryMayHoldThemItself() throws IOException {
    Path a = write("a.jsonl", "{}");
    write("labels.jsonl", "{}");
    write("splits.jsonl", "{}");

    assertThat(ObservationFiles.below(input).files()).containsExactly(a);
  }

  @Test
  void aFileInPlaceOfADirectoryIsRefused() throws IOException {
    Path file = write("a.jsonl", "{}");

    assertThatThrownBy(() -> ObservationFiles.below(file))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("the input %s must be a directory, but is a file".formatted(file));
  }

  private Path write(String name, String text) throws IOException {
    Path file = input.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
