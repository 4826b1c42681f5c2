package dev.braid.pipelines.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.Blobs;
import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.pipelines.engine.Refusal;
import dev.braid.pipelines.io.kafka.KafkaAddress;
import dev.braid.pipelines.io.kafka.KafkaInput;
import dev.braid.pipelines.io.kafka.KafkaOutput;
import dev.braid.pipelines.io.kafka.KafkaSettings;
import dev.braid.serving.TinyBundle;
import dev.braid.transforms.observation.ObservationFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamRunTest {
  private static final Engine PLAIN =
      new TestEngine() {
        @Override
        public Optional<Refusal> refusal(Construct construct) {
          return Optional.of(new Refusal("it is plain", List.of("flink")));
        }
      };

  @TempDir Path directory;

  @Test
  void whatAnEngineCannotDoExactlyIsRefusedBeforeTheBrokerIsAsked() throws Exception {
    TinyBundle.write(directory.resolve("bundle"));
    Path spec = directory.resolve("spec.yaml");
    Files.writeString(spec, TinyBundle.SPEC_YAML.replaceFirst("window: .*", "window: {count: 7}"));
    // No broker listens there.
    KafkaAddress nowhere = KafkaAddress.parse("kafka://127.0.0.1:1/readings");
    StreamRun run =
        new StreamRun(
                directory.resolve("bundle"),
                new KafkaInput(
                    nowhere,
                    KafkaSettings.none(),
                    ObservationFormat.JSON,
                    Duration.ZERO,
                    Duration.ofSeconds(1),
                    KafkaInput.Start.EARLIEST,
                    "group"),
                Blobs.none(),
                new Destination.Topic(new KafkaOutput(nowhere, KafkaSettings.none()), true, 0),
                new Destination.Files(directory.resolve("letters")))
            .withSpec(spec);

    assertThat(run.refusals(new TestEngine())).isEmpty();
    assertThat(run.refusals(PLAIN))
        .containsExactly(
            "the runner direct cannot do windows by count over a stream exactly (it is plain); use"
                + " flink, or give window.size in place of window.count",
            "the runner direct cannot do transactions of Kafka exactly (it is plain); use flink, or"
                + " leave out --transactional");
    assertThatThrownBy(
            () -> run.start(PLAIN, Engines.options(PLAIN, PipelineOptions.class, List.of())))
        .isInstanceOf(AnalysisException.class)
        .hasMessage(String.join("; ", run.refusals(PLAIN)));
    assertThat(directory.resolve("letters")).doesNotExist();
  }
}
