package dev.braid.pipelines.io.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaAddressTest {
  @Test
  void anAddressNamesServersAndTopics() {
    String text = "kafka://a.example:9092,[::1]:9093/plant.camera,plant_log";
    KafkaAddress address = KafkaAddress.parse(text);

    assertThat(address.servers()).isEqualTo("a.example:9092,[::1]:9093");
    assertThat(address.topics()).isEqualTo(List.of("plant.camera", "plant_log"));
    assertThat(address).hasToString(text);
    assertThatThrownBy(address::topic).hasMessageContaining("one topic is needed");
    assertThat(KafkaAddress.parse("kafka://h:1/t").topic()).isEqualTo("t");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "kafka://h:9092; must look like kafka://host:port/topic",
        "kafka:h:9092/t; must look like kafka://host:port/topic",
        "kafka://h/t; must look like host:port, but was: 'h'",
        "kafka://h:9092,/t; must look like host:port, but was: ''",
        "kafka:///t; must look like host:port, but was: ''",
        "kafka://h:9092/; but was: '' in kafka://h:9092/",
        "kafka://h:9092/a,,b; but was: '' in",
        "kafka://h:9092/a b; but was: 'a b' in",
        "kafka://h:9092/..; but was: '..' in",
        "kafka://h:9092/a,b,a; names a topic twice"
      })
  void anAddressOfAnotherFormIsRefused(String text, String reason) {
    assertThatThrownBy(() -> KafkaAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void settingsWinOverDefaultsAndAreNeverPrinted(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("client.properties");
    Files.writeString(file, "sasl.jaas.config=secret\nacks = 1\n");
    KafkaSettings settings = KafkaSettings.read(file);

    assertThat(settings).hasToString("KafkaSettings[acks, sasl.jaas.config]");
    assertThat(settings.over(Map.of("acks", "all", "linger.ms", 5)))
        .isEqualTo(Map.of("acks", "1", "linger.ms", 5, "sasl.jaas.config", "secret"));
    assertThat(settings.with(Map.of("acks", "all")))
        .isEqualTo(Map.of("acks", "all", "sasl.jaas.config", "secret"));
    Files.writeString(file, "password=\\u12");
    assertThatThrownBy(() -> KafkaSettings.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot read %s as properties", file);
    assertThatThrownBy(() -> KafkaSettings.read(directory.resolve("none")))
        .hasMessage("there is no file " + directory.resolve("none"));
  }
}
