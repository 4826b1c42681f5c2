package dev.braid.pipelines.analysis;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** Lines about presses, for the modalities of the tiny bundle. */
public final class SampleLines {
  private SampleLines() {}

  /**
   * The {@code i}th of a stream from before 1970 to after it: three entities, modalities that come
   * and go, noise, missing readings, pictures inline and as {@code blobs/0.png}.
   */
  public static String observation(int i) throws IOException {
    String entity = "press-" + i % 3;
    Instant time = Instant.ofEpochMilli(-120_000L + 811L * i);
    String head = "{\"id\":\"o%d\",\"entity\":\"%s\",\"time\":\"%s\",".formatted(i, entity, time);
    return switch (i % 5) {
      case 0 ->
          head
              + "\"modality\":\"vibration\",\"rateHz\":%d,\"values\":[[0.%d,-1],[null,0.5],[2,%d]]}"
                  .formatted(5 + i % 9, i, i % 4);
      case 1 ->
          head + "\"modality\":\"log\",\"text\":\"a  hot pump\\u0000 leak, noise " + i + "\"}";
      case 2 ->
          head
              + "\"modality\":\"order\",\"record\":{\"age_days\":\"%d\",\"vendor\":\"%s\"}}"
                  .formatted(i % 30, i % 4 == 0 ? "A" : "B");
      case 3 ->
          head
              + "\"modality\":\"camera\",\"contentType\":\"image/png\",\"base64\":\"%s\"}"
                  .formatted(Base64.getEncoder().encodeToString(png(i)));
      default ->
          head + "\"modality\":\"camera\",\"contentType\":\"image/png\",\"uri\":\"blobs/0.png\"}";
    };
  }

  public static String log(String id, String time, String text) {
    return "{\"id\":\"%s\",\"entity\":\"e\",\"modality\":\"log\",\"time\":\"%s\",\"text\":\"%s\"}"
        .formatted(id, time, text);
  }

  public static String reference(String id, String uri) {
    return ("{\"id\":\"%s\",\"entity\":\"e\",\"modality\":\"camera\","
            + "\"time\":\"2026-01-01T00:00:01Z\",\"contentType\":\"image/png\",\"uri\":\"%s\"}")
        .formatted(id, uri);
  }

  public static byte[] png(int seed) throws IOException {
    BufferedImage image = new BufferedImage(9, 11, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 11; y++) {
      for (int x = 0; x < 9; x++) {
        image.setRGB(x, y, (seed * 31 + x * 7919 + y * 104729) & 0xffffff);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  public static byte[] gzip(List<String> lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      for (String line : lines) {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }
}
