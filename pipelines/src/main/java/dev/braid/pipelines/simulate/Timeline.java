package dev.braid.pipelines.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Stretches of one machine's time, in seconds from the beginning; they do not overlap. */
final class Timeline {
  /** The severity at which a fault begins to be one. */
  private static final double ONSET = 0.4;

  private final List<Stretch> stretches;

  /**
   * One stretch.
   *
   * @param peak how bad it is at its end, 0 to 1
   */
  record Stretch(MachineState state, double begin, double end, double peak) {
    boolean covers(double time) {
      return time >= begin && time < end;
    }

    /** From the onset, linearly, to the peak. */
    double severity(double time) {
      return ONSET + (peak - ONSET) * (time - begin) / (end - begin);
    }
  }

  private Timeline(List<Stretch> stretches) {
    this.stretches = List.copyOf(stretches);
  }

  /**
   * Faults of 240 to 540 seconds with 240 to 480 seconds between them.
   *
   * @param weights how likely each of {@link MachineState#FAULTS} is
   */
  static Timeline faults(double length, double[] weights, Random random) {
    List<Stretch> stretches = new ArrayList<>();
    double time = uniform(random, 40, 360);
    while (time < length) {
      double end = time + uniform(random, 240, 540);
      stretches.add(new Stretch(fault(weights, random), time, end, uniform(random, 0.65, 1)));
      time = end + uniform(random, 240, 480);
    }
    return new Timeline(stretches);
  }

  /**
   * Disturbances that last {@code shortest} to {@code longest} seconds and cover about {@code
   * share} of the time; each looks like one of {@code states}.
   */
  static Timeline disturbances(
      double length,
      double share,
      double shortest,
      double longest,
      List<MachineState> states,
      Random random) {
    double pause = (shortest + longest) / 2 * (1 - share) / share;
    List<Stretch> stretches = new ArrayList<>();
    double time = -Math.log(1 - random.nextDouble()) * pause;
    while (time < length) {
      double end = time + uniform(random, shortest, longest);
      stretches.add(
          new Stretch(
              states.get(random.nextInt(states.size())), time, end, uniform(random, 0.5, 0.9)));
      time = end - Math.log(1 - random.nextDouble()) * pause;
    }
    return new Timeline(stretches);
  }

  private static MachineState fault(double[] weights, Random random) {
    double at = random.nextDouble() * (weights[0] + weights[1] + weights[2]);
    return at < weights[0]
        ? MachineState.BEARING_FAULT
        : at < weights[0] + weights[1] ? MachineState.OVERHEATING : MachineState.LEAK;
  }

  static double uniform(Random random, double low, double high) {
    return low + random.nextDouble() * (high - low);
  }

  /** The stretch that covers an instant, if one does. */
  @Nullable Stretch at(double time) {
    for (Stretch stretch : stretches) {
      if (stretch.covers(time)) {
        return stretch;
      }
    }
    return null;
  }

  /** Whether a stretch covers an instant. */
  boolean covers(double time) {
    return at(time) != null;
  }

  MachineState state(double time) {
    Stretch stretch = at(time);
    return stretch == null ? MachineState.NORMAL : stretch.state();
  }

  /** How bad it is, 0 where no stretch covers the instant. */
  double severity(double time) {
    Stretch stretch = at(time);
    return stretch == null ? 0 : stretch.severity(time);
  }

  /** How bad it is in one respect. */
  double severity(MachineState state, double time) {
    Stretch stretch = at(time);
    return stretch == null || stretch.state() != state ? 0 : stretch.severity(time);
  }

  /** The state that held longest from {@code begin} to {@code end}; of equals the first. */
  MachineState longest(double begin, double end) {
    double[] held = new double[MachineState.values().length];
    held[0] = end - begin;
    for (Stretch stretch : stretches) {
      double overlap = Math.min(end, stretch.end()) - Math.max(begin, stretch.begin());
      if (overlap > 0) {
        held[stretch.state().ordinal()] += overlap;
        held[0] -= overlap;
      }
    }
    int best = 0;
    for (int i = 1; i < held.length; i++) {
      if (held[i] > held[best]) {
        best = i;
      }
    }
    return MachineState.values()[best];
  }
}
