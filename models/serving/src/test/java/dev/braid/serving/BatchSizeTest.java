package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchSizeTest {
  private static final BatchSize SIZE = new BatchSize(64, 256, 256 * 1000);

  @Test
  void aFullRunHasMoreRowsWhereTheyAreSmall() {
    assertThat(SIZE.full(1)).isEqualTo(256);
    assertThat(SIZE.full(1000)).isEqualTo(256);
    assertThat(SIZE.full(1001)).isEqualTo(64);
  }

  @Test
  void rowsOfAnySizeMayBeARunAndMoreOnlyIfTheyAreSmallTogether() {
    assertThat(SIZE.allows(64, Long.MAX_VALUE)).isTrue();
    assertThat(SIZE.allows(65, 256 * 1000)).isTrue();
    assertThat(SIZE.allows(65, 256 * 1000 + 1)).isFalse();
    assertThat(SIZE.allows(256, 1)).isTrue();
    assertThat(SIZE.allows(257, 1)).isFalse();
  }

  @Test
  void aCallerIsToldToBringNoMoreThanARunTakes() {
    assertThat(LanePolicy.OF_CPU.run()).isEqualTo(LanePolicy.OF_CPU.caller());
    assertThat(BatchSize.of(64).full(1)).isEqualTo(64);
  }
}
