package dev.braid.pipelines.simulate;

import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * A colour picture of the machine every five seconds. A hot motor glows and steams, a leak leaves a
 * growing puddle. The evening sun paints a warm spot and washing leaves water, which look alike;
 * lenses are dirty and the light changes.
 */
final class Camera extends Reporter {
  private static final int SIDE = PlantSpec.CAMERA_SIDE;
  private static final double EVERY = 5;
  private static final double[] EMBER = {255, 120, 30};
  private static final double[] OIL = {25, 35, 60};
  private static final double[] STEAM = {225, 225, 230};

  private final Random random;
  private final Timeline illusions;
  private final double[] wall = new double[3];
  private final double[] body = new double[3];
  private final double motorX;
  private final double motorY;
  private final double drainX;
  private final double[][] dirt;

  Camera(Machine machine) {
    super(machine, PlantSpec.CAMERA);
    this.random = machine.random(PlantSpec.CAMERA);
    this.illusions =
        machine.illusions(modality(), List.of(MachineState.OVERHEATING, MachineState.LEAK));
    double tint = Timeline.uniform(random, -15, 15);
    for (int c = 0; c < 3; c++) {
      wall[c] = 95 + tint + random.nextInt(20);
      body[c] = 60 + random.nextInt(60);
    }
    this.motorX = Timeline.uniform(random, 24, 40);
    this.motorY = Timeline.uniform(random, 18, 30);
    this.drainX = Timeline.uniform(random, 22, 42);
    this.dirt = new double[random.nextInt(10) < 4 ? 1 + random.nextInt(3) : 0][3];
    for (double[] spot : dirt) {
      spot[0] = random.nextInt(SIDE);
      spot[1] = random.nextInt(SIDE);
      spot[2] = Timeline.uniform(random, 3, 7);
    }
  }

  @Override
  void report(List<Observation> to) {
    double offset = random.nextInt((int) (EVERY * 1000)) / 1000.0;
    int number = 0;
    for (double time = offset; time < machine().seconds(); time += EVERY) {
      byte[] picture = jpeg(picture(time));
      if (!isSilent(time)) {
        to.add(observation(number, time, new Payload.Blob(picture, "image/jpeg")));
      }
      number++;
    }
  }

  private double[][] picture(double time) {
    double[][] pixels = scene(time);
    glow(pixels, machine().truth().severity(MachineState.OVERHEATING, time), motorX, motorY);
    puddle(pixels, machine().truth().severity(MachineState.LEAK, time), drainX);
    double sun = illusions.severity(MachineState.OVERHEATING, time);
    glow(pixels, sun, motorX, motorY);
    puddle(pixels, illusions.severity(MachineState.LEAK, time), drainX);
    for (double[] spot : dirt) {
      blend(pixels, spot[0], spot[1], spot[2], spot[2], new double[] {40, 38, 35}, 0.7);
    }
    double light = 1 + 0.06 * random.nextGaussian();
    double noise = 5;
    if (machine().isDegraded(modality(), time)) {
      blank(pixels);
      noise = 50;
    }
    for (double[] pixel : pixels) {
      long bits = random.nextLong();
      for (int c = 0; c < 3; c++) {
        // Seven bits thrice: a sum of three uniform numbers is near enough to Gaussian noise.
        long sum = (bits & 0x7f) + (bits >>> 7 & 0x7f) + (bits >>> 14 & 0x7f);
        pixel[c] = pixel[c] * light + noise * (sum - 190.5) / 64;
        bits >>>= 21;
      }
    }
    return pixels;
  }

  /** Wall, floor, press and its ram, which moves. */
  private double[][] scene(double time) {
    double[][] pixels = new double[SIDE * SIDE][3];
    int ram = 14 + (int) (8 * (1 + Math.sin(time * 1.7 * machine().load(time))));
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        boolean press = x >= 18 && x < 46 && y >= 10 && y < 48;
        boolean opening = x >= 24 && x < 40 && y >= 14 && y < 44;
        for (int c = 0; c < 3; c++) {
          double value = y < 46 ? wall[c] - y * 0.5 : 130 + c * 4 - (y - 46);
          if (press) {
            value = opening && y > ram + 4 ? 35 : opening && y >= ram ? 170 : body[c];
          }
          pixels[y * SIDE + x][c] = value;
        }
      }
    }
    return pixels;
  }

  private void glow(double[][] pixels, double severity, double x, double y) {
    if (severity > 0) {
      double radius = 4 + 9 * severity;
      blend(pixels, x, y, radius, radius, EMBER, 0.55 + 0.4 * severity);
      if (severity > 0.5) {
        blend(pixels, x + random.nextInt(9) - 4, y - 14, 6, 5, STEAM, 0.6 * severity);
      }
    }
  }

  private static void puddle(double[][] pixels, double severity, double x) {
    if (severity > 0) {
      blend(pixels, x, 55, 6 + 16 * severity, 3 + 4 * severity, OIL, 0.9);
    }
  }

  /** Lays an ellipse with soft edges over the picture. */
  private static void blend(
      double[][] pixels,
      double x,
      double y,
      double radiusX,
      double radiusY,
      double[] colour,
      double opacity) {
    int bottom = (int) Math.min(SIDE - 1, y + radiusY);
    int right = (int) Math.min(SIDE - 1, x + radiusX);
    for (int row = (int) Math.max(0, y - radiusY); row <= bottom; row++) {
      for (int column = (int) Math.max(0, x - radiusX); column <= right; column++) {
        double dx = (column - x) / radiusX;
        double dy = (row - y) / radiusY;
        double share = opacity * Math.max(0, Math.min(1, 2 * (1 - Math.sqrt(dx * dx + dy * dy))));
        double[] pixel = pixels[row * SIDE + column];
        for (int c = 0; c < 3; c++) {
          pixel[c] += share * (colour[c] - pixel[c]);
        }
      }
    }
  }

  /** A quarter of the picture is lost. */
  private void blank(double[][] pixels) {
    int top = random.nextInt(SIDE / 2);
    int left = random.nextInt(SIDE / 2);
    for (int y = top; y < top + SIDE / 2; y++) {
      for (int x = left; x < left + SIDE / 2; x++) {
        pixels[y * SIDE + x] = new double[3];
      }
    }
  }

  private static byte[] jpeg(double[][] pixels) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < pixels.length; i++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        rgb = rgb << 8 | (int) Math.max(0, Math.min(255, Math.round(pixels[i][c])));
      }
      image.setRGB(i % SIDE, i / SIDE, rgb);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.setUseCache(false);
      ImageIO.write(image, "jpeg", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
