package dev.braid.pipelines.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NewsgroupPostsTest {
  private final NewsgroupPosts posts = new NewsgroupPosts();
  @TempDir Path directory;

  private void source(String lines) {
    TinySource.of(directory, 1)
        .gzip("text/20news_tiny.jsonl.gz", lines.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void tenGroupsAreDigitsAndTheOthersAreLeftOut() {
    source(
        """
        {"label":"talk.politics.misc","id":"7","text":"about it"}
        {"label":"sci.med","id":"8","text":"about health"}

        {"label":"alt.atheism","id":"7","text":"about nothing"}
        {"label":"rec.motorcycles","id":"9","text":"about it"}
        """);

    List<DigitItem<String>> items = posts.read(directory);

    // The last one is the first one's text again.
    assertThat(items)
        .containsExactly(
            new DigitItem<>("text-9-7", 9, "about it"),
            new DigitItem<>("text-0-7", 0, "about nothing"));
  }

  @Test
  void aDegradedPostKeepsEightOfItsWordsInTheirOrder() {
    String text = "one two three > four -- five six seven eight nine ten";
    List<String> words = Arrays.asList(text.split(" "));

    for (int seed = 0; seed < 50; seed++) {
      List<String> kept = Arrays.asList(posts.degrade(text, new Random(seed)).split(" "));
      assertThat(kept).hasSize(8).doesNotContain(">", "--").isSubsetOf(words);
      assertThat(kept.stream().map(words::indexOf).toList()).isSorted();
    }
  }

  @Test
  void aPostOfEightWordsStaysWhole() {
    String text = "a b c d e f g h >";

    assertThat(posts.degrade(text, new Random(1))).isEqualTo(text);
  }

  @Test
  void aLineThatIsNoPostIsRefusedByItsNumber() {
    source(
        "{\"label\":\"alt.atheism\",\"id\":\"7\",\"text\":\"x\"}\n{\"label\":\"alt.atheism\"}\n");

    assertThatThrownBy(() -> posts.read(directory))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessage(
            "%s/text/20news_tiny.jsonl.gz:2: expected a JSON object with label, id and text"
                .formatted(directory));
  }

  @Test
  void aFileOfOtherGroupsIsRefused() {
    source("{\"label\":\"sci.med\",\"id\":\"8\",\"text\":\"about health\"}\n");

    assertThatThrownBy(() -> posts.read(directory))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageStartingWith("no post of alt.atheism, comp.os.ms-windows.misc, ");
  }
}
