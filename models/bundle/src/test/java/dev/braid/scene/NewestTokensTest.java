package dev.braid.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class NewestTokensTest {
  @Test
  void whatIsLeftOutOfAPartTakesNoPlaceInTheWhole() {
    NewestTokens early = new NewestTokens(2);
    early.add(token("x", 3));
    NewestTokens late = new NewestTokens(2);
    late.add(token("a", 4));
    late.add(token("x", 5));
    late.add(token("b", 7));

    assertThat(names(merged(2, early, late))).containsExactly("x5", "b7");
    assertThat(names(merged(2, late, early))).containsExactly("x5", "b7");
  }

  @Test
  void duplicatesAreCountedWhereTheCapLeftNothingOut() {
    NewestTokens tokens = new NewestTokens(2);
    tokens.add(token("a", 1));
    tokens.add(token("b", 2));
    tokens.add(token("a", 1));

    assertThat(tokens.duplicates()).isEqualTo(1);
    assertThat(tokens.leftOut()).isZero();
  }

  @Test
  void aFloodKeepsAsManyAsTheCapAndCountsTheRest() {
    NewestTokens tokens = new NewestTokens(32);
    for (int i = 0; i < 100_000; i++) {
      tokens.add(token("flood" + i, i * 7919L % 100_000));
    }

    assertThat(tokens.kept()).hasSize(32);
    assertThat(tokens.kept().get(0).time()).isEqualTo(Instant.ofEpochMilli(100_000 - 32));
    assertThat(tokens.given()).isEqualTo(100_000);
    assertThat(tokens.leftOut()).isEqualTo(100_000 - 32);
    assertThat(tokens.duplicates()).isZero();
  }

  @Test
  void aCapBelowOneIsRefused() {
    assertThatThrownBy(() -> new NewestTokens(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cap must be 1 or more, but was: 0");
  }

  /** Cut into parts anywhere, put together in any order, and each part added to in any order. */
  @Property(tries = 1000)
  void partsMakeTheSameWholeAsAllTokensAtOnce(
      @ForAll("tokens") List<Token> tokens,
      @ForAll @IntRange(min = 1, max = 6) int cap,
      @ForAll @IntRange(min = 1, max = 5) int count,
      @ForAll long seed) {
    Random random = new Random(seed);
    List<NewestTokens> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(new NewestTokens(cap));
    }
    for (Token token : tokens) {
      parts.get(random.nextInt(count)).add(token);
    }
    NewestTokens whole = merged(cap, parts.toArray(NewestTokens[]::new));

    List<Token> ordered = new ArrayList<>(tokens);
    ordered.sort(Comparator.comparing(token -> token.embedding()[0]));
    Set<String> ids = new HashSet<>();
    tokens.forEach(token -> ids.add(token.id()));
    assertThat(described(whole.kept()))
        .isEqualTo(described(TokenOrder.select(ordered, Token::time, Token::id, cap)));
    assertThat(whole.given()).isEqualTo(tokens.size());
    assertThat(whole.overflowed()).isEqualTo(ids.size() > cap);
    assertThat(whole.duplicates() + whole.leftOut() + whole.kept().size()).isEqualTo(tokens.size());
  }

  @Provide
  Arbitrary<List<Token>> tokens() {
    return Combinators.combine(
            Arbitraries.of("a", "b", "c", "d", "e", "f", "g", "h"),
            Arbitraries.longs().between(0, 6),
            Arbitraries.floats().between(0, 1))
        .as((id, time, value) -> new Token(id, Instant.ofEpochMilli(time), new float[] {value}))
        .list()
        .ofMaxSize(30);
  }

  private static NewestTokens merged(int cap, NewestTokens... parts) {
    NewestTokens whole = new NewestTokens(cap);
    for (NewestTokens part : parts) {
      whole.add(part);
    }
    return whole;
  }

  private static List<String> described(List<Token> tokens) {
    return tokens.stream().map(t -> t.id() + t.time() + t.embedding()[0]).toList();
  }

  private static List<String> names(NewestTokens tokens) {
    return tokens.kept().stream().map(t -> t.id() + t.time().toEpochMilli()).toList();
  }

  private static Token token(String id, long millis) {
    return new Token(id, Instant.ofEpochMilli(millis), new float[] {1});
  }
}
