package dev.braid.transforms.align;

import static dev.braid.transforms.align.Alignment.at;
import static dev.braid.transforms.align.Alignment.second;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Early answers in real time, on an engine that does them exactly. */
public abstract class EarlyAnswersContract extends LiveWindows {
  @Test
  final void aWindowThatHasNotEndedIsAnsweredWithWhatThereIsOfIt() throws Exception {
    assertThat(
            run(
                "{size: 10s, early: 200ms}",
                "",
                scenes -> {
                  script.add(at("e", "log", "l1", 3));
                  await(scenes, 1);
                  script.add(at("e", "voice", "v1", 5));
                  await(scenes, 2);
                  script.watermark(second(10));
                  await(scenes, 3);
                }))
        .containsExactly(
            "e 0..10 r0 {log=[l1]}",
            "e 0..10 r1 {log=[l1], voice=[v1]}",
            "e 0..10 r2 final {log=[l1], voice=[v1]}");
  }
}
