package dev.braid.pipelines.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoDirectoryTest {
  @TempDir private Path temp;

  @Test
  void anEarlierDemoIsReplacedAndWhatSomebodyAddedStays() throws Exception {
    Path output = temp.resolve("demo");
    try (DemoDirectory demo = DemoDirectory.prepare(output)) {
      Files.createDirectories(demo.bundle().resolve("encoders"));
      Files.createDirectories(demo.input());
      Files.writeString(demo.report(), "old");
      Files.writeString(output.resolve("predictions-00000-of-00001.jsonl"), "");
      Files.writeString(output.resolve("notes.txt"), "mine");
      Files.createDirectories(output.resolve("bundle-of-mine"));
      demo.keep();
    }

    try (DemoDirectory demo = DemoDirectory.prepare(output)) {
      assertThat(names(output)).containsExactly(".braid-demo", "bundle-of-mine", "notes.txt");
      demo.keep();
    }
  }

  @Test
  void aDirectoryOfSomebodyElseIsRefusedUntouched() throws Exception {
    Files.createDirectories(temp.resolve("bundle"));
    Files.writeString(temp.resolve("report.html"), "mine");

    assertThatThrownBy(() -> DemoDirectory.prepare(temp))
        .isInstanceOf(DirectoryNotEmptyException.class);
    assertThat(names(temp)).containsExactly("bundle", "report.html");
  }

  @Test
  void aFileIsRefused() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "mine");

    assertThatThrownBy(() -> DemoDirectory.prepare(file)).isInstanceOf(NotDirectoryException.class);
    assertThat(file).hasContent("mine");
  }

  @Test
  void whatWasBegunIsRemovedUnlessItIsKept() throws Exception {
    Path output = temp.resolve("demo");
    try (DemoDirectory demo = DemoDirectory.prepare(output)) {
      Files.createDirectories(demo.input().resolve("observations"));
    }
    assertThat(output).doesNotExist();

    Files.createDirectories(output);
    try (DemoDirectory demo = DemoDirectory.prepare(output)) {
      Files.createDirectories(demo.input());
    }
    assertThat(output).isEmptyDirectory();
  }

  @Test
  void aLinkInADemoIsRemovedAndNotFollowed() throws Exception {
    Path output = temp.resolve("demo");
    Path mine = Files.createDirectories(temp.resolve("mine"));
    Files.writeString(mine.resolve("file"), "mine");
    DemoDirectory.prepare(output).keep();
    Files.createSymbolicLink(output.resolve("bundle"), mine);

    DemoDirectory.prepare(output).keep();

    assertThat(names(output)).containsExactly(".braid-demo");
    assertThat(mine.resolve("file")).hasContent("mine");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
