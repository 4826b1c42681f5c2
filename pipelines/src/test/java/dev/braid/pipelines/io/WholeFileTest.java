package dev.braid.pipelines.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir private Path directory;

  @Test
  void theSameFileAgainChangesNothing() throws Exception {
    Path output = directory.resolve("made/here");

    put(output, "é\n");
    put(output, "é\n");

    assertThat(contents(output)).isEqualTo(Map.of("p-0.jsonl", "é\n"));
  }

  @Test
  void anotherFileOfTheSameNameStandsBesideTheFirst() throws Exception {
    for (String text : new String[] {"a\n", "b\n", "cc\n", "b\n"}) {
      put(directory, text);
    }

    assertThat(contents(directory))
        .isEqualTo(Map.of("p-0.jsonl", "a\n", "p-0-1.jsonl", "b\n", "p-0-2.jsonl", "cc\n"));
  }

  @Test
  void aDirectoryThatIsAFileIsOneLine() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> put(file, "a\n"))
        .isInstanceOf(DestinationException.class)
        .hasMessageStartingWith("cannot write p-0.jsonl in %s: ", file)
        .hasNoCause();
  }

  private static void put(Path directory, String text) {
    WholeFile.put(directory, "p-0", ".jsonl", text.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        contents.put(String.valueOf(file.getFileName()), Files.readString(file));
      }
    }
    return contents;
  }
}
