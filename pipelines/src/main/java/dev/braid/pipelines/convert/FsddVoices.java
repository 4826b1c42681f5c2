package dev.braid.pipelines.convert;

import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * Spoken digits of the Free Spoken Digit Dataset: {@code audio/fsdd_*.zip} with entries {@code
 * digit_speaker_index.wav}, 8 kHz, one channel, 16 bits.
 */
final class FsddVoices implements DigitSource<byte[]> {
  static final int RATE_HZ = 8_000;

  private static final Pattern NAME = Pattern.compile("(?:.*/)?((\\d)_([^_/]+)_(\\d+))\\.wav");
  private static final AudioFormat PCM =
      new AudioFormat(AudioFormat.Encoding.PCM_SIGNED, RATE_HZ, 16, 1, 2, RATE_HZ, false);
  private static final int HEADER = 44;

  @Override
  public String modality() {
    return "voice";
  }

  @Override
  public ModalitySpec spec() {
    return new ModalitySpec.Audio(RATE_HZ, Duration.ofSeconds(1), null);
  }

  @Override
  public String file() {
    return "voice.jsonl";
  }

  @Override
  public List<DigitItem<byte[]>> read(Path source) {
    List<DigitItem<byte[]>> items = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Path file : SourceFiles.find(source, "audio", "fsdd_*.zip")) {
      try (ZipFile zip = new ZipFile(file.toFile())) {
        for (ZipEntry entry :
            zip.stream().sorted(Comparator.comparing(ZipEntry::getName)).toList()) {
          Matcher name = NAME.matcher(entry.getName());
          if (name.matches()) {
            if (!seen.add(name.group(1))) {
              throw new InvalidSourceException(
                  "%s: a second clip is named %s".formatted(file, entry.getName()));
            }
            try (InputStream in = zip.getInputStream(entry)) {
              items.add(
                  new DigitItem<>(
                      "voice-" + name.group(1),
                      Integer.parseInt(name.group(2)),
                      wav(samples(in.readAllBytes(), file + "!" + entry.getName()))));
            }
          }
        }
      } catch (IOException e) {
        throw SourceFiles.unreadable(file, e);
      }
    }
    if (items.isEmpty()) {
      throw new InvalidSourceException(
          "no entry of %s is named digit_speaker_index.wav"
              .formatted(source.resolve("audio/fsdd_*.zip")));
    }
    return items;
  }

  private static short[] samples(byte[] sound, String where) {
    try (AudioInputStream in = AudioSystem.getAudioInputStream(new ByteArrayInputStream(sound));
        AudioInputStream pcm = AudioSystem.getAudioInputStream(PCM, in)) {
      byte[] bytes = pcm.readAllBytes();
      short[] samples = new short[bytes.length / 2];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
      if (samples.length == 0) {
        throw new InvalidSourceException(where + " has no samples");
      }
      return samples;
    } catch (UnsupportedAudioFileException | IOException | IllegalArgumentException e) {
      throw new InvalidSourceException(
          "%s must be WAV of 8 kHz, one channel, 16 bits, but: %s".formatted(where, e), e);
    }
  }

  /** The samples as a WAV file. */
  static byte[] wav(short[] samples) {
    int length = 2 * samples.length;
    ByteBuffer out = ByteBuffer.allocate(HEADER + length).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(HEADER - 8 + length);
    out.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    out.putShort((short) 1).putShort((short) 1).putInt(RATE_HZ).putInt(2 * RATE_HZ);
    out.putShort((short) 2).putShort((short) 16);
    out.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(length);
    for (short sample : samples) {
      out.putShort(sample);
    }
    return out.array();
  }

  /** White noise of the clip's own power; the sum is scaled down where it would be clipped. */
  @Override
  public byte[] degrade(byte[] wav, Random random) {
    ByteBuffer in =
        ByteBuffer.wrap(wav, HEADER, wav.length - HEADER).order(ByteOrder.LITTLE_ENDIAN);
    double[] mixed = new double[in.remaining() / 2];
    double power = 0;
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = in.getShort();
      power += mixed[i] * mixed[i] / mixed.length;
    }
    double deviation = Math.sqrt(power);
    double peak = Short.MAX_VALUE;
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] += random.nextGaussian() * deviation;
      peak = Math.max(peak, Math.abs(mixed[i]));
    }
    short[] samples = new short[mixed.length];
    for (int i = 0; i < mixed.length; i++) {
      samples[i] = (short) Math.round(mixed[i] * Short.MAX_VALUE / peak);
    }
    return wav(samples);
  }

  @Override
  public Payload payload(byte[] wav, String name, DatasetWriter writer) {
    return new Payload.Reference(writer.blob(name + ".wav", wav), "audio/wav");
  }
}
