package dev.braid.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class ScratchFileTest {
  @TempDir private Path directory;

  @Test
  void whatWasAppendedIsReadBackFromWhereItBegan() {
    Random random = new Random(1);
    List<byte[]> parts = new ArrayList<>();
    List<Long> places = new ArrayList<>();
    try (ScratchFile file = ScratchFile.in(directory)) {
      // Smaller and larger than what is collected before it is written.
      for (int size : new int[] {3, 0, 300_000, 1, 262_144, 5}) {
        byte[] part = new byte[size];
        random.nextBytes(part);
        parts.add(part);
        places.add(file.append(ByteBuffer.wrap(part)));
        // Read while more is still to come.
        assertThat(file.read(places.get(parts.size() - 1), size).array()).isEqualTo(part);
      }
      for (int i = parts.size() - 1; i >= 0; i--) {
        assertThat(file.read(places.get(i), parts.get(i).length).array()).isEqualTo(parts.get(i));
      }
      assertThat(places).containsExactly(0L, 3L, 3L, 300_003L, 300_004L, 562_148L);
      assertThat(file.size()).isEqualTo(562_153);
    }
  }

  @Test
  void bytesThatWereNeverAppendedAreNotRead() {
    try (ScratchFile file = ScratchFile.in(directory)) {
      file.append(ByteBuffer.wrap(new byte[4]));
      assertThatThrownBy(() -> file.read(2, 3))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("3 bytes at 2 were asked for, but only 4 are there");
      assertThatThrownBy(() -> file.read(-1, 3)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void nothingIsLeftBehindEvenIfTheProcessIsKilled() {
    try (ScratchFile file = ScratchFile.in(directory)) {
      file.append(ByteBuffer.wrap(new byte[1_000_000]));
      // A file without a name is gone with the process that holds it open.
      assertThat(directory).isEmptyDirectory();
    }
  }

  @Test
  void aDirectoryThatIsNotThereIsNamed() {
    Path none = directory.resolve("none");
    assertThatThrownBy(() -> ScratchFile.in(none))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot make a scratch file in " + none + ": ");
  }
}
