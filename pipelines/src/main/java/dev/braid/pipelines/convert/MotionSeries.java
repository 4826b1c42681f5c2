package dev.braid.pipelines.convert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The readings of one device in one execution, put on an even grid of {@link #RATE_HZ}. The
 * sources' clocks are uneven: the phone delivers in bursts (several readings with one time, then a
 * gap of up to 154 ms), so that readings of one time are averaged and the grid is interpolated;
 * further than {@link #GAP_MILLIS} from a reading it is not there (NaN).
 */
final class MotionSeries {
  static final int RATE_HZ = 100;
  static final int CHANNELS = 6;
  static final long GAP_MILLIS = 250;

  private static final int STEP_MILLIS = 1000 / RATE_HZ;

  private final List<Reading> readings;

  /** One reading: three axes of acceleration in m/s², three of rotation in rad/s, and its label. */
  record Reading(long time, float[] values, String label) {}

  /**
   * @param readings at least one, in any order
   */
  MotionSeries(List<Reading> readings) {
    List<Reading> sorted = new ArrayList<>(readings);
    sorted.sort(Comparator.comparingLong(Reading::time));
    this.readings = merged(sorted);
  }

  private static List<Reading> merged(List<Reading> sorted) {
    List<Reading> merged = new ArrayList<>();
    for (int from = 0; from < sorted.size(); ) {
      int to = from;
      float[] mean = new float[CHANNELS];
      while (to < sorted.size() && sorted.get(to).time() == sorted.get(from).time()) {
        for (int c = 0; c < CHANNELS; c++) {
          mean[c] += sorted.get(to).values()[c];
        }
        to++;
      }
      for (int c = 0; c < CHANNELS; c++) {
        mean[c] /= to - from;
      }
      merged.add(new Reading(sorted.get(from).time(), mean, sorted.get(to - 1).label()));
      from = to;
    }
    return merged;
  }

  /** The time of the first reading, in milliseconds since the epoch. */
  long begin() {
    return readings.get(0).time();
  }

  /** The time of the last reading, in milliseconds since the epoch. */
  long end() {
    return readings.get(readings.size() - 1).time();
  }

  /** The samples from {@code begin} (inclusive) to {@code end} (exclusive), {@code [n][6]}. */
  float[][] samples(long begin, long end) {
    float[][] samples = new float[(int) ((end - begin) / STEP_MILLIS)][];
    int right = 0;
    for (int i = 0; i < samples.length; i++) {
      long time = begin + (long) i * STEP_MILLIS;
      while (right < readings.size() && readings.get(right).time() < time) {
        right++;
      }
      samples[i] = sample(time, right);
    }
    return samples;
  }

  /**
   * @param right the first reading that is not before {@code time}
   */
  private float[] sample(long time, int right) {
    float[] sample = new float[CHANNELS];
    Arrays.fill(sample, Float.NaN);
    if (right == readings.size() || (right == 0 && readings.get(0).time() > time)) {
      return sample;
    }
    Reading after = readings.get(right);
    Reading before = after.time() == time ? after : readings.get(right - 1);
    long gap = after.time() - before.time();
    if (gap > GAP_MILLIS) {
      return sample;
    }
    float share = gap == 0 ? 0 : (float) (time - before.time()) / gap;
    for (int c = 0; c < CHANNELS; c++) {
      float value = before.values()[c] * (1 - share) + after.values()[c] * share;
      sample[c] = Math.round(value * 1000) / 1000f;
    }
    return sample;
  }

  /** Adds to {@code counts}, by label, the readings in a stretch. */
  void count(long begin, long end, Map<String, Integer> counts) {
    for (Reading reading : readings) {
      if (reading.time() >= begin && reading.time() < end) {
        counts.merge(reading.label(), 1, Integer::sum);
      }
    }
  }
}
