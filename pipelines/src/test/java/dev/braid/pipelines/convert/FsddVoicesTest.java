package dev.braid.pipelines.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FsddVoicesTest {
  private final FsddVoices voices = new FsddVoices();
  @TempDir Path directory;

  private static double[] samples(byte[] wav) {
    ByteBuffer in = ByteBuffer.wrap(wav, 44, wav.length - 44).order(ByteOrder.LITTLE_ENDIAN);
    double[] samples = new double[in.remaining() / 2];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = in.getShort();
    }
    return samples;
  }

  private void zip(String entry, byte[] bytes) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(bytes);
    }
    TinySource.of(directory, 1).write("audio/fsdd_tiny.zip", out.toByteArray());
  }

  @Test
  void theDigitAndTheNameComeFromTheEntry() {
    List<DigitItem<byte[]>> items = voices.read(TinySource.of(directory, 2).directory());

    assertThat(items).hasSize(20);
    assertThat(items.get(3).id()).isEqualTo("voice-1_ann_1");
    assertThat(items.get(3).digit()).isEqualTo(1);
    assertThat(samples(items.get(3).content())).hasSize(411);
  }

  @Test
  void theNoiseOfADegradedClipHasThePowerOfTheClip() {
    short[] tone = new short[80_000];
    for (int t = 0; t < tone.length; t++) {
      tone[t] = (short) (5_000 * Math.sin(t * 0.3));
    }

    double[] noisy = samples(voices.degrade(FsddVoices.wav(tone), new Random(1)));

    double signal = 0;
    double noise = 0;
    for (int t = 0; t < tone.length; t++) {
      signal += (double) tone[t] * tone[t];
      noise += (noisy[t] - tone[t]) * (noisy[t] - tone[t]);
    }
    assertThat(10 * Math.log10(signal / noise)).isCloseTo(0, within(0.05));
  }

  @Test
  void aLoudClipIsScaledDownRatherThanClipped() {
    short[] tone = new short[8_000];
    for (int t = 0; t < tone.length; t++) {
      tone[t] = (short) (t % 2 == 0 ? 30_000 : -30_000);
    }

    double[] noisy = samples(voices.degrade(FsddVoices.wav(tone), new Random(1)));

    int full = 0;
    for (double sample : noisy) {
      full += Math.abs(sample) >= Short.MAX_VALUE ? 1 : 0;
    }
    assertThat(full).isEqualTo(1);
  }

  @Test
  void anEntryThatIsNoSoundIsRefusedByName() throws Exception {
    zip("4_ann_0.wav", new byte[] {1, 2, 3});

    assertThatThrownBy(() -> voices.read(directory))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageStartingWith(
            directory
                + "/audio/fsdd_tiny.zip!4_ann_0.wav must be WAV of 8 kHz, one channel, 16 bits,"
                + " but: ");
  }

  @Test
  void anArchiveWithoutClipsIsRefused() throws Exception {
    zip("README.md", new byte[0]);

    assertThatThrownBy(() -> voices.read(directory))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessage(
            "no entry of %s/audio/fsdd_*.zip is named digit_speaker_index.wav"
                .formatted(directory));
  }

  @Test
  void aFileThatIsNoArchiveIsRefused() {
    TinySource.of(directory, 1).write("audio/fsdd_tiny.zip", new byte[] {1, 2, 3});

    assertThatThrownBy(() -> voices.read(directory))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageStartingWith("cannot read " + directory + "/audio/fsdd_tiny.zip: ");
  }
}
