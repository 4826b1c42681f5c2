package dev.braid.featurizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class AudioFeaturizerTest {
  /** 2,000 samples at 4 kHz. */
  private static final AudioFeaturizer HALF_A_SECOND =
      new AudioFeaturizer(new ModalitySpec.Audio(4_000, Duration.ofMillis(500), null));

  private static final AudioFormat MONO = new AudioFormat(4_000, 16, 1, true, false);

  @Test
  void aShortSoundLiesInTheMiddleOfSilence() throws Exception {
    float[] row = row(wav(MONO, shorts(16384, -16384, 8192, -32768)));
    assertThat(row).hasSize(2_000);
    assertThat(Arrays.copyOfRange(row, 998, 1002)).containsExactly(0.5f, -0.5f, 0.25f, -1f);
    assertThat(sumOfSquares(row)).isEqualTo(0.25 + 0.25 + 0.0625 + 1);
  }

  @Test
  void ofALongSoundTheLoudestStretchIsCut() throws Exception {
    int[] sound = new int[6_000];
    Arrays.fill(sound, 1_000, 2_000, 3_000);
    Arrays.fill(sound, 3_100, 5_100, 16384);
    float[] row = row(wav(MONO, shorts(sound)));
    assertThat(row).hasSize(2_000).containsOnly(0.5f);
  }

  @Test
  void silenceIsCutAtItsBeginning() throws Exception {
    assertThat(row(wav(MONO, shorts(new int[5_000])))).hasSize(2_000).containsOnly(0f);
  }

  @Test
  void channelsAreMixedToTheirMean() throws Exception {
    AudioFormat stereo = new AudioFormat(4_000, 16, 2, true, false);
    float[] row = row(wav(stereo, shorts(16384, 0, 8192, -8192)));
    assertThat(Arrays.copyOfRange(row, 999, 1001)).containsExactly(0.25f, 0f);
  }

  @Test
  void eightBitsWithoutASignAreCentred() throws Exception {
    AudioFormat eight = new AudioFormat(4_000, 8, 1, false, false);
    float[] row = row(wav(eight, new byte[] {(byte) 128, (byte) 192, 0, (byte) 255}));
    assertThat(Arrays.copyOfRange(row, 998, 1002)).containsExactly(0f, 0.5f, -1f, 127 / 128f);
  }

  @Test
  void everyWidthOfIntegersIsDecoded() throws Exception {
    AudioFormat deep = new AudioFormat(4_000, 24, 1, true, false);
    assertThat(row(wav(deep, new byte[] {1, 0, 64}))[999]).isEqualTo(0.5f + 1f / (1 << 23));
    AudioFormat deeper = new AudioFormat(4_000, 32, 1, true, false);
    assertThat(row(wav(deeper, new byte[] {0, 0, 0, -64}))[999]).isEqualTo(-0.5f);
  }

  @Test
  void floatsAreDecodedAndCutToTheRange() throws Exception {
    AudioFormat floats =
        new AudioFormat(AudioFormat.Encoding.PCM_FLOAT, 4_000, 32, 1, 4, 4_000, false);
    ByteBuffer samples = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    samples.putFloat(0.3f).putFloat(-7f).putFloat(Float.NaN).putFloat(Float.POSITIVE_INFINITY);
    float[] row = row(wav(floats, samples.array()));
    assertThat(Arrays.copyOfRange(row, 998, 1002)).containsExactly(0.3f, -1f, 0f, 1f);
  }

  @Test
  void lawsAreDecodedAsTheJdkDoes() throws Exception {
    byte[] codes = new byte[256];
    for (int i = 0; i < 256; i++) {
      codes[i] = (byte) i;
    }
    for (AudioFormat.Encoding law :
        new AudioFormat.Encoding[] {AudioFormat.Encoding.ULAW, AudioFormat.Encoding.ALAW}) {
      AudioFormat format = new AudioFormat(law, 4_000, 8, 1, 1, 4_000, false);
      byte[] wav = wav(format, codes);
      byte[] decoded =
          AudioSystem.getAudioInputStream(
                  MONO, AudioSystem.getAudioInputStream(new ByteArrayInputStream(wav)))
              .readAllBytes();
      float[] row = row(wav);
      for (int i = 0; i < 256; i++) {
        short expected = ByteBuffer.wrap(decoded).order(ByteOrder.LITTLE_ENDIAN).getShort(2 * i);
        assertThat(row[872 + i]).isEqualTo(expected / 32768f);
      }
    }
  }

  @Test
  void anotherRateIsResampled() throws Exception {
    AudioFormat fast = new AudioFormat(8_000, 16, 1, true, false);
    float[] row = row(wav(fast, shorts(16384, 0, 8192, 8192)));
    assertThat(Arrays.copyOfRange(row, 998, 1002)).containsExactly(0f, 0.25f, 0.25f, 0f);
  }

  @Test
  void aiffAndAuAreRead() throws Exception {
    AudioFormat big = new AudioFormat(4_000, 16, 1, true, true);
    byte[] samples = {64, 0, -64, 0};
    for (AudioFileFormat.Type type :
        new AudioFileFormat.Type[] {AudioFileFormat.Type.AIFF, AudioFileFormat.Type.AU}) {
      float[] row = row(file(big, samples, type));
      assertThat(Arrays.copyOfRange(row, 998, 1002)).containsExactly(0, 0.5f, -0.5f, 0);
    }
  }

  @Test
  void whatIsNoSoundIsRefused() {
    assertThatThrownBy(() -> row("ID3 and an MP3 file".getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("not a sound that can be read (WAV, AIFF, AU): 19 bytes of 'audio/wav'");
    assertThatThrownBy(() -> row(new byte[0])).isInstanceOf(InvalidObservationException.class);
    assertThatThrownBy(() -> HALF_A_SECOND.featurize(new Payload.Text("a", "text/plain")))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("needs a sound as 'base64' or 'uri', but the observation holds 'text'");
  }

  @Test
  void aSoundWithoutSamplesIsRefused() {
    assertThatThrownBy(() -> row(wav(MONO, new byte[0])))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage(
            "a sound must have at least one sample of each channel, but had 0 bytes for 1"
                + " channels");
  }

  @Test
  void aSoundThatIsCutOffIsReadAsFarAsItGoesOrRefused() throws Exception {
    byte[] whole = wav(MONO, shorts(16384, 16384, 16384, 16384));
    for (int length = 0; length < whole.length; length++) {
      try {
        float[] row = row(Arrays.copyOf(whole, length));
        assertThat(sumOfSquares(row)).isLessThanOrEqualTo(1.0);
        assertThat(length).isGreaterThan(44);
      } catch (InvalidObservationException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContainPattern("\\R");
      }
    }
  }

  @Test
  void absurdNumbersInAHeaderAreRefused() throws Exception {
    byte[] wav = wav(MONO, shorts(1, 2, 3, 4));
    assertThatThrownBy(() -> row(patched(wav, 22, 65_535, 2))) // channels
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("broken sound of 'audio/wav': 2 bytes cannot hold 65535 channels of 16 bits");
    assertThatThrownBy(() -> row(patched(patched(wav, 22, 30_000, 2), 32, 60_000, 2)))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("a sound must have 1 to 64 channels, but had: 30000");
    assertThatThrownBy(() -> row(patched(patched(wav, 22, 0, 2), 32, 0, 2)))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("a sound must have 1 to 64 channels, but had: 0");
    assertThatThrownBy(() -> row(patched(wav, 24, 0, 4))) // samples per second
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("a sound must have 1 to 10000000 samples per second, but had: 0.0");
    assertThatThrownBy(() -> row(patched(wav, 24, -5, 4)))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("a sound must have 1 to 10000000 samples per second, but had: 4.294967291E9");
    assertThatThrownBy(() -> row(patched(patched(wav, 34, 0, 2), 32, 0, 2))) // bits
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("broken sound of 'audio/wav': samples of 0 bits cannot be decoded");
    assertThatThrownBy(() -> row(patched(wav, 20, 0x55, 2))) // MP3
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("broken sound of 'audio/wav': samples of format 85 cannot be decoded");
    // A length that is not known yet, as a recorder writes it.
    assertThat(row(patched(wav, 40, -1, 4))).hasSize(2_000);
  }

  @Test
  void aSoundThatWouldGrowBeyondMeasureIsRefused() throws Exception {
    byte[] slow = patched(wav(MONO, new byte[40_000]), 24, 1, 4);
    assertThatThrownBy(() -> row(slow))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage(
            "a sound must have at most 33554432 samples at 4000 a second, but had: 80000000");
  }

  @Property(tries = 2_000)
  void anyBytesAreARowOrAnInvalidObservation(@ForAll("almostSounds") byte[] bytes) {
    try {
      float[] row = row(bytes);
      assertThat(row).hasSize(2_000);
      for (float sample : row) {
        assertThat(sample).isBetween(-1f, 1f);
      }
    } catch (InvalidObservationException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContainPattern("\\R");
    }
  }

  @Provide
  Arbitrary<byte[]> almostSounds() throws IOException {
    AudioFormat big = new AudioFormat(8_000, 16, 2, true, true);
    byte[] samples = shorts(1, -2, 300, -400, 5, 6);
    Arbitrary<byte[]> whole =
        Arbitraries.of(
            wav(MONO, samples),
            file(big, samples, AudioFileFormat.Type.AIFF),
            file(big, samples, AudioFileFormat.Type.AU));
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(12);
    return Combinators.combine(whole, noise, Arbitraries.integers().between(0, 60))
        .as(
            (sound, bytes, at) -> {
              byte[] changed = sound.clone();
              int begin = Math.min(at, changed.length);
              System.arraycopy(
                  bytes, 0, changed, begin, Math.min(bytes.length, changed.length - begin));
              return changed;
            });
  }

  private static float[] row(byte[] bytes) throws InvalidObservationException {
    return HALF_A_SECOND.featurize(new Payload.Blob(bytes, "audio/wav")).floats(0);
  }

  private static double sumOfSquares(float[] row) {
    double sum = 0;
    for (float sample : row) {
      sum += sample * sample;
    }
    return sum;
  }

  private static byte[] shorts(int... samples) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int sample : samples) {
      bytes.putShort((short) sample);
    }
    return bytes.array();
  }

  private static byte[] wav(AudioFormat format, byte[] samples) throws IOException {
    return file(format, samples, AudioFileFormat.Type.WAVE);
  }

  private static byte[] file(AudioFormat format, byte[] samples, AudioFileFormat.Type type)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AudioSystem.write(
        new AudioInputStream(
            new ByteArrayInputStream(samples), format, samples.length / format.getFrameSize()),
        type,
        out);
    return out.toByteArray();
  }

  private static byte[] patched(byte[] wav, int at, int value, int size) {
    ByteBuffer patched = ByteBuffer.wrap(wav.clone()).order(ByteOrder.LITTLE_ENDIAN);
    if (size == 2) {
      patched.putShort(at, (short) value);
    } else {
      patched.putInt(at, value);
    }
    return patched.array();
  }
}
