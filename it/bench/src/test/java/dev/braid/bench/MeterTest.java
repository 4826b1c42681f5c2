package dev.braid.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class MeterTest {
  @Test
  void withoutALeadInEveryRowCountsFromTheFirstOneMade() {
    Meter meter = Meter.start(1000);

    assertThat(meter.isOver()).isFalse();
    meter.add(5);
    meter.add(7);

    assertThat(meter.isOver()).isFalse();
    assertThat(meter.rows()).isEqualTo(12);
    assertThat(meter.seconds()).isPositive();
  }

  @Test
  void noRowOfALeadInCounts() {
    Meter meter = Meter.start(1000, 1);

    assertThat(meter.isOver()).isFalse();
    meter.add(5);

    assertThat(meter.isOver()).isFalse();
    assertThat(meter.rows()).isZero();
    assertThatThrownBy(meter::seconds)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no row was answered in 1.0 s");
  }

  @Test
  void afterALeadInRowsCountFromItsFirstAnswerOn() {
    Meter meter = Meter.start(1e-9, 1000);

    assertThat(meter.isOver()).isFalse();
    meter.add(5);
    meter.add(7);

    assertThat(meter.rows()).isEqualTo(7);
    assertThat(meter.seconds()).isPositive();
  }

  @Test
  void aRunIsOverWhenItsTimeIs() {
    Meter meter = Meter.start(0);

    assertThat(meter.isOver()).isFalse();
    assertThat(meter.isOver()).isTrue();
  }
}
