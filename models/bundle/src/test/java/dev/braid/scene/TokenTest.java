package dev.braid.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TokenTest {
  private static final float[] ONE = {1};
  private static final float[] TWO = {2};

  private static Token by(int encoder, float[] embedding) {
    return new Token("o1", Instant.EPOCH, embedding, encoder, List.of());
  }

  @Test
  void whatTwoEncodersMadeOfOneObservationIsOneTokenInWhateverOrderItComes() {
    Token both = Token.of("o1", Instant.EPOCH, Map.of(1, ONE, 7, TWO));

    assertThat(by(1, ONE).and(by(7, TWO))).isEqualTo(both);
    assertThat(by(7, TWO).and(by(1, ONE))).isEqualTo(both);
    assertThat(both.and(by(1, ONE))).isEqualTo(both);
    assertThat(by(7, TWO).and(both)).isEqualTo(both);
    assertThat(both.and(by(3, ONE)))
        .isEqualTo(Token.of("o1", Instant.EPOCH, Map.of(1, ONE, 3, ONE, 7, TWO)));
  }

  @Test
  void ofTwoThatOneEncoderMadeTheGreaterIsKept() {
    assertThat(by(1, ONE).and(by(1, TWO))).isEqualTo(by(1, TWO));
    assertThat(by(1, TWO).and(by(1, ONE))).isEqualTo(by(1, TWO));
    assertThat(Token.of("o1", Instant.EPOCH, Map.of(1, ONE, 7, TWO)).and(by(7, ONE)))
        .isEqualTo(Token.of("o1", Instant.EPOCH, Map.of(1, ONE, 7, TWO)));
  }

  @Test
  void eachEncoderIsAskedForByItsNumber() {
    Token both = Token.of("o1", Instant.EPOCH, Map.of(1, ONE, 7, TWO));

    assertThat(both.by(7)).isEqualTo(by(7, TWO));
    assertThat(both.by(1)).isEqualTo(by(1, ONE));
    assertThat(both.isBy(7)).isTrue();
    assertThat(both.isBy(3)).isFalse();
    assertThatThrownBy(() -> both.by(3)).hasMessage("encoder 3 has not encoded 'o1'");
  }

  @Test
  void anEncoderThatNobodyNamesIsWhoeverIsAskedForUnlessThereAreOthers() {
    Token unnamed = new Token("o1", Instant.EPOCH, ONE);

    assertThat(unnamed.isBy(7)).isTrue();
    assertThat(unnamed.by(7)).isEqualTo(unnamed);
    assertThat(unnamed.and(by(7, TWO)).isBy(3)).isFalse();
    assertThat(unnamed.and(by(7, TWO)).by(7)).isEqualTo(by(7, TWO));
  }

  @Test
  void theCapCountsObservationsAndNotWhatEncodersMadeOfThem() {
    NewestTokens newest = new NewestTokens(2);
    for (int second = 1; second <= 3; second++) {
      for (int encoder : new int[] {7, 1}) {
        newest.add(new Token("o" + second, Instant.ofEpochSecond(second), ONE, encoder, List.of()));
      }
    }

    assertThat(newest.kept())
        .containsExactly(
            Token.of("o2", Instant.ofEpochSecond(2), Map.of(1, ONE, 7, ONE)),
            Token.of("o3", Instant.ofEpochSecond(3), Map.of(1, ONE, 7, ONE)));
  }
}
