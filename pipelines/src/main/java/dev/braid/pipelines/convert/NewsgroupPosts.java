package dev.braid.pipelines.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Posts of ten of the twenty newsgroups, every other one in the order of the alphabet, as the
 * digits 0 to 9: {@code text/20news_*.jsonl.gz} with lines {@code {"label","id","text"}}. A text
 * that comes again is left out, so that no post can stand on both sides of a split.
 */
final class NewsgroupPosts implements DigitSource<String> {
  /** The group of each digit. */
  static final List<String> GROUPS =
      List.of(
          "alt.atheism",
          "comp.os.ms-windows.misc",
          "comp.sys.mac.hardware",
          "misc.forsale",
          "rec.motorcycles",
          "rec.sport.hockey",
          "sci.electronics",
          "sci.space",
          "talk.politics.guns",
          "talk.politics.misc");

  /** Words that a degraded text keeps. */
  static final int WORDS = 8;

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern SPACE = Pattern.compile("\\s+");

  @Override
  public String modality() {
    return "text";
  }

  @Override
  public ModalitySpec spec() {
    return new ModalitySpec.Text("en", null);
  }

  @Override
  public String file() {
    return "text.jsonl.gz";
  }

  @Override
  public List<DigitItem<String>> read(Path source) {
    List<DigitItem<String>> items = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Path file : SourceFiles.find(source, "text", "20news_*.jsonl.gz")) {
      SourceFiles.lines(
          file,
          StandardCharsets.UTF_8,
          (line, where) -> {
            if (!line.isBlank()) {
              read(line, where, seen, items);
            }
          });
    }
    if (items.isEmpty()) {
      throw new InvalidSourceException(
          "no post of %s in %s"
              .formatted(String.join(", ", GROUPS), source.resolve("text/20news_*.jsonl.gz")));
    }
    return items;
  }

  private static void read(
      String line, String where, Set<String> seen, List<DigitItem<String>> items) {
    String label;
    String id;
    String text;
    try {
      JsonNode node = JSON.readTree(line);
      label = node.required("label").asText();
      id = node.required("id").asText();
      text = node.required("text").asText();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new InvalidSourceException(
          where + ": expected a JSON object with label, id and text", e);
    }
    int digit = GROUPS.indexOf(label);
    if (digit >= 0 && !text.isBlank() && seen.add(text)) {
      items.add(new DigitItem<>("text-%d-%s".formatted(digit, id), digit, text));
    }
  }

  /** Keeps eight words at random, in their order; a word holds at least one letter or digit. */
  @Override
  public String degrade(String text, Random random) {
    List<String> words =
        Arrays.stream(SPACE.split(text))
            .filter(word -> word.chars().anyMatch(Character::isLetterOrDigit))
            .toList();
    if (words.size() <= WORDS) {
      return text;
    }
    BitSet kept = new BitSet();
    while (kept.cardinality() < WORDS) {
      kept.set(random.nextInt(words.size()));
    }
    return String.join(" ", kept.stream().mapToObj(words::get).toList());
  }

  @Override
  public Payload payload(String text, String name, DatasetWriter writer) {
    return new Payload.Text(text, "text/plain");
  }
}
