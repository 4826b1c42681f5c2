package dev.braid.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class WindowClosesTest {
  @Test
  void aWindowClosesWhenTheLastPartitionHasARecordOfItsEndOrLater() {
    WindowCloses closes = new WindowCloses(2);
    closes.appended(0, 900, 10);
    closes.appended(1, 950, 11);
    closes.appended(0, 1000, 12);
    closes.appended(0, 1500, 13);
    closes.appended(1, 1100, 17);
    closes.appended(1, 2000, 19);

    assertThat(closes.closed(950)).isEqualTo(12);
    assertThat(closes.closed(1000)).isEqualTo(17);
    assertThat(closes.closed(1200)).isEqualTo(19);
  }

  @Test
  void aRecordBehindItsPartitionClosesNothing() {
    WindowCloses closes = new WindowCloses(1);
    closes.appended(0, 2000, 10);
    closes.appended(0, 1000, 20);

    assertThat(closes.closed(1000)).isEqualTo(10);
  }

  @Test
  void aWindowThatOnePartitionHasNotPassedIsOpen() {
    WindowCloses closes = new WindowCloses(2);
    closes.appended(0, 2000, 10);
    closes.appended(1, 999, 11);

    assertThatThrownBy(() -> closes.closed(1000)).hasMessageContaining("1000");
  }
}
