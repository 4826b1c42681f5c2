package dev.braid.pipelines.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {
  @TempDir private Path directory;

  @Test
  void aFileGivesItsTextWithoutTheLineBreakAtItsEnd() throws Exception {
    Path file = Files.writeString(directory.resolve("password"), " s3cret\n\n");

    assertThat(Secret.from("file:" + file).reveal()).isEqualTo(" s3cret\n");
  }

  @Test
  void anEnvironmentVariableGivesItsValue() {
    assertThat(Secret.from("env:PASSWORD", Map.of("PASSWORD", "s3cret")::get).reveal())
        .isEqualTo("s3cret");
  }

  @Test
  void itTravelsAndIsNeverPrinted() {
    Secret secret = SerializableUtils.clone(Secret.from("env:P", name -> "s3cret"));

    assertThat(secret.reveal()).isEqualTo("s3cret");
    assertThat(secret).hasToString("***");
  }

  @Test
  void whatIsNotThereOrEmptyIsRefused() throws Exception {
    Path empty = Files.createFile(directory.resolve("empty"));
    Path absent = directory.resolve("absent");

    assertThatThrownBy(() -> Secret.from("file:" + empty))
        .hasMessage("file:" + empty + " is empty");
    assertThatThrownBy(() -> Secret.from("file:" + absent))
        .hasMessage("there is no file %s that can be read", absent);
    assertThatThrownBy(() -> Secret.from("file:" + directory))
        .hasMessage("there is no file %s that can be read", directory);
    assertThatThrownBy(() -> Secret.from("env:ABSENT", name -> null))
        .hasMessage("there is no environment variable 'ABSENT'");
  }

  @Test
  void aFileThatIsNoTextOrFarTooLongIsRefused() throws Exception {
    Path bytes = Files.write(directory.resolve("bytes"), new byte[] {(byte) 0xff, 0});
    Path image = Files.write(directory.resolve("image"), new byte[70_000]);

    assertThatThrownBy(() -> Secret.from("file:" + bytes))
        .hasMessage("cannot read the file %s as UTF-8", bytes);
    assertThatThrownBy(() -> Secret.from("file:" + image))
        .hasMessage("the file %s must hold at most 65536 bytes, but has 70000", image);
  }

  @Test
  void aSecretThatIsGivenItselfIsRefusedWithoutRepeatingIt() {
    assertThatThrownBy(() -> Secret.from("s3cret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a secret must be named as file:PATH or env:NAME, not be given itself");
  }
}
