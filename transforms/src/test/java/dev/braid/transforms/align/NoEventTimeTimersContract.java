package dev.braid.transforms.align;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.spec.SpecYaml;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.options.PipelineOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * An engine that has no event-time timers in a stream: it still does not take what it is declared
 * not to do. When this fails, the declaration is out of date.
 */
public abstract class NoEventTimeTimersContract {
  /** The options of a streaming run on the engine. */
  protected abstract PipelineOptions options();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{count: 3}|",
        "{gap: 3s}|",
        "{size: 10s, allowedLateness: 10s}|, wait: 5s",
      })
  final void whatNeedsEventTimeTimersIsNotTaken(String window, String wait) {
    Pipeline pipeline = Pipeline.create(options());
    pipeline
        .apply(Read.from(new Scripted()))
        .apply(
            AlignModalities.in(SpecYaml.parse(Alignment.spec(window, wait == null ? "" : wait))));

    assertThatThrownBy(pipeline::run)
        .hasMessageContaining("EVENT_TIME not yet supported in streaming mode");
  }
}
