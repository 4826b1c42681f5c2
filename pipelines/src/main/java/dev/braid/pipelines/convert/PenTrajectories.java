package dev.braid.pipelines.convert;

import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pen trajectories of the Pen-Based Recognition of Handwritten Digits data set (Alpaydin, Alimoglu)
 * from UNIPEN files: {@code sensor/pendigits-orig.*.unipen.gz}. The tablet was sampled every 100
 * ms. Strokes are joined in their order; the box around the whole is scaled to [0, 1] by its longer
 * side, the shorter one lies in the middle.
 */
final class PenTrajectories implements DigitSource<float[][]> {
  static final double RATE_HZ = 10;

  /** The share of the points that a degraded trajectory loses. */
  static final double LOST = 0.6;

  /** Deviation of a degraded trajectory's jitter, as a share of the box. */
  static final double JITTER = 0.1;

  private static final Pattern SEGMENT = Pattern.compile("\\.SEGMENT\\s+DIGIT\\s.*\"(\\d)\"\\s*");
  private static final Pattern POINT = Pattern.compile("\\s*(-?\\d{1,6})\\s+(-?\\d{1,6})\\s*");

  @Override
  public String modality() {
    return "pen";
  }

  @Override
  public ModalitySpec spec() {
    // 99.9 % of the trajectories have at most 102 points, half of them at most 39.
    return new ModalitySpec.Sensor(2, RATE_HZ, Duration.ofSeconds(10), null);
  }

  @Override
  public String file() {
    return "pen.jsonl.gz";
  }

  @Override
  public List<DigitItem<float[][]>> read(Path source) {
    List<DigitItem<float[][]>> items = new ArrayList<>();
    for (Path file : SourceFiles.find(source, "sensor", "pendigits-orig.*.unipen.gz")) {
      Segments segments = new Segments(items);
      SourceFiles.lines(file, StandardCharsets.ISO_8859_1, segments::read);
      segments.end(file.toString());
    }
    if (items.isEmpty()) {
      throw new InvalidSourceException(
          "no segment of a digit in " + source.resolve("sensor/pendigits-orig.*.unipen.gz"));
    }
    return items;
  }

  /** Collects the points of one segment after the other. */
  private static final class Segments {
    private final List<DigitItem<float[][]>> items;
    private final List<float[]> points = new ArrayList<>();
    private int digit = -1;

    Segments(List<DigitItem<float[][]>> items) {
      this.items = items;
    }

    void read(String line, String where) {
      if (line.startsWith(".SEGMENT")) {
        end(where);
        Matcher segment = SEGMENT.matcher(line);
        if (!segment.matches()) {
          throw new InvalidSourceException(
              "%s: expected .SEGMENT DIGIT ... \"digit\", but was: %s".formatted(where, line));
        }
        digit = Integer.parseInt(segment.group(1));
      } else if (digit >= 0 && !line.isBlank() && !line.startsWith(".")) {
        Matcher point = POINT.matcher(line);
        if (!point.matches()) {
          throw new InvalidSourceException(
              "%s: expected a point 'x y', but was: %s".formatted(where, line));
        }
        points.add(
            new float[] {Float.parseFloat(point.group(1)), Float.parseFloat(point.group(2))});
      }
    }

    void end(String where) {
      if (digit >= 0) {
        if (points.isEmpty()) {
          throw new InvalidSourceException(where + ": a segment without points ends here");
        }
        items.add(new DigitItem<>("pen-%05d".formatted(items.size()), digit, scale(points)));
        points.clear();
      }
    }
  }

  static float[][] scale(List<float[]> points) {
    float[] low = {Float.MAX_VALUE, Float.MAX_VALUE};
    float[] high = {-Float.MAX_VALUE, -Float.MAX_VALUE};
    for (float[] point : points) {
      for (int c = 0; c < 2; c++) {
        low[c] = Math.min(low[c], point[c]);
        high[c] = Math.max(high[c], point[c]);
      }
    }
    float side = Math.max(1, Math.max(high[0] - low[0], high[1] - low[1]));
    float[][] scaled = new float[points.size()][2];
    for (int i = 0; i < scaled.length; i++) {
      for (int c = 0; c < 2; c++) {
        scaled[i][c] = rounded(0.5 + (points.get(i)[c] - (low[c] + high[c]) / 2) / side);
      }
    }
    return scaled;
  }

  @Override
  public float[][] degrade(float[][] points, Random random) {
    int lost = Math.min(points.length - 1, (int) Math.round(LOST * points.length));
    int begin = random.nextInt(points.length - lost + 1);
    float[][] degraded = new float[points.length - lost][2];
    for (int i = 0; i < degraded.length; i++) {
      float[] point = points[i < begin ? i : i + lost];
      for (int c = 0; c < 2; c++) {
        degraded[i][c] = rounded(point[c] + random.nextGaussian() * JITTER);
      }
    }
    return degraded;
  }

  private static float rounded(double value) {
    return Math.round(value * 10_000) / 10_000f;
  }

  @Override
  public Payload payload(float[][] points, String name, DatasetWriter writer) {
    return Payload.Samples.of(RATE_HZ, points);
  }
}
