package dev.braid.pipelines.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineBlocksTest {
  @TempDir private Path directory;
  private final List<byte[]> blocks = new ArrayList<>();
  private final List<String> damages = new ArrayList<>();

  @Test
  void everyLineIsReadOnceAndInOrderWhateverTheLengths() throws IOException {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      int length = i % 500 == 0 ? 400_000 : random.nextInt(300);
      lines.add(i + ":" + "\u00e4\ud83d\ude00x".repeat(length));
    }

    read("a.jsonl", bytes(String.join("\n", lines)));

    assertThat(readLines()).isEqualTo(lines);
    assertThat(damages).isEmpty();
  }

  @Test
  void blocksEndWithALineAndHoldAtMostFiveHundredAndTwelve() throws IOException {
    read("a.jsonl", bytes("line\n".repeat(1_100)));

    assertThat(blocks).extracting(b -> LineBlocks.lines(b).size()).containsExactly(512, 512, 76);
  }

  @Test
  void blocksEndAfterAMebibyte() throws IOException {
    read("a.jsonl", bytes(("x".repeat(99_999) + "\n").repeat(25)));

    assertThat(blocks).extracting(b -> LineBlocks.lines(b).size()).containsExactly(11, 11, 3);
  }

  @Test
  void blankLinesCarriageReturnsAndTheByteOrderMarkAreLeftOut() throws IOException {
    read("a.jsonl", bytes("\ufeffone\r\n\r\n \ntwo"));

    assertThat(readLines()).containsExactly("one", "two");
  }

  @Test
  void anEmptyFileHasNoBlock() throws IOException {
    read("a.jsonl", new byte[0]);

    assertThat(blocks).isEmpty();
  }

  @Test
  void aCompressedFileOfSeveralMembersIsReadWhole() throws IOException {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(gzip("one\n"));
    both.write(gzip("two\n"));

    read("a.jsonl.gz", both.toByteArray());

    assertThat(readLines()).containsExactly("one", "two");
    assertThat(damages).isEmpty();
  }

  @Test
  void aFileThatIsNotCompressedThoughItsNameSaysSoIsDamaged() throws IOException {
    read("a.jsonl.gz", bytes("one\n"));

    assertThat(blocks).isEmpty();
    assertThat(damages)
        .containsExactly("0: the gzip data are cut short or broken: Not in GZIP format");
  }

  @Test
  void aBrokenCompressedFileIsReadUpToTheDamage() throws IOException {
    StringBuilder text = new StringBuilder();
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      text.append(random.nextLong()).append('\n');
    }
    byte[] whole = gzip(text.toString());
    byte[] cut = java.util.Arrays.copyOf(whole, whole.length / 2);

    read("a.jsonl.gz", cut);

    List<String> lines = readLines();
    assertThat(lines.size()).isBetween(5_000, 15_000);
    assertThat(text.toString()).startsWith(String.join("\n", lines));
    assertThat(damages)
        .containsExactly(
            lines.size()
                + ": the gzip data are cut short or broken: Unexpected end of ZLIB input stream");
  }

  private void read(String name, byte[] bytes) throws IOException {
    Path file = directory.resolve(name);
    Files.write(file, bytes);
    LineBlocks.read(
        file,
        new LineBlocks.Receiver() {
          @Override
          public void block(byte[] lines) {
            blocks.add(lines);
          }

          @Override
          public void damaged(long lines, String reason) {
            damages.add(lines + ": " + reason);
          }
        });
  }

  private List<String> readLines() {
    return blocks.stream()
        .flatMap(block -> LineBlocks.lines(block).stream())
        .map(line -> new String(line, StandardCharsets.UTF_8))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(bytes(text));
    }
    return bytes.toByteArray();
  }
}
