package dev.braid.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "latency --load=1.5 | --load must be between 0.01 and 1, but was: 1.5",
        "latency --load=NaN | --load must be between 0.01 and 1, but was: NaN",
        "latency --observations=99999 | --observations must be between 100000 and 10000000, but was: 99999",
        "gpu --seconds=0.049 | --seconds must be between 0.05 and 600, but was: 0.049",
        "serving --rounds=0 | --rounds must be between 1 and 100, but was: 0",
        "windows --ratios=1,241 | --ratios must be between 1 and 240, but was: 241",
      })
  void aNumberOutOfItsRangeIsRefusedWithThatRange(String options, String message) {
    StringWriter err = new StringWriter();

    int exit =
        Main.run(
            new PrintWriter(new StringWriter(), true),
            new PrintWriter(err, true),
            ("bench " + options).split(" "));

    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }
}
