package dev.braid.pipelines.simulate;

import java.util.List;
import java.util.Random;

/** The sentences of the simulated log. {@code {place}} and {@code {n}} are filled in. */
final class LogLines {
  private static final List<String> PLACES =
      List.of(
          "feed end",
          "drive side",
          "main shaft",
          "left column",
          "right column",
          "ram guide",
          "pump unit",
          "upper crosshead");

  private static final List<String> BEARING =
      List.of(
          "bearing noise at {place}",
          "grinding sound from {place}, getting louder",
          "{place} vibrates more than usual",
          "rattling at {place} under load",
          "vibration alarm {n} at {place}",
          "knocking from the bearing housing, {place}",
          "grease pressed into bearing at {place}, still rough",
          "imbalance suspected at {place}",
          "squeal at {place} once per turn",
          "bearing {n} runs rough, spare ordered");

  private static final List<String> HEAT =
      List.of(
          "motor temperature {n} degrees above limit",
          "hot smell near {place}",
          "thermal alarm {n}, cooling fan at full speed",
          "coolant temperature rising at {place}",
          "burnt smell from {place}",
          "housing too hot to touch at {place}",
          "overtemperature warning {n}",
          "fan filter clogged, heat builds up at {place}",
          "winding temperature {n} and climbing",
          "smoke seen at {place}, heat shield open");

  private static final List<String> LEAK =
      List.of(
          "oil on the floor below {place}",
          "hydraulic pressure drops by {n} bar",
          "puddle under the press at {place}",
          "seal at {place} drips",
          "oil level low, {n} litres refilled",
          "hose at {place} wet, fitting loose",
          "slippery floor at {place}, absorbent spread",
          "leakage alarm {n} in the sump",
          "fluid loss at {place}, cylinder sinks",
          "drip tray full below {place}");

  private static final List<String> VAGUE =
      List.of(
          "operator reports unusual behaviour at {place}",
          "maintenance requested for {place}",
          "cycle time up by {n} percent",
          "press stopped and restarted by operator",
          "{n} parts rejected by quality check",
          "speed reduced to {n} percent",
          "something is off at {place}, please look",
          "fault lamp on, code {n}");

  private static final List<String> ROUTINE =
      List.of(
          "cycle {n} completed",
          "batch {n} started",
          "tool changed at {place}",
          "shift handover, nothing to report",
          "{n} parts counted",
          "pallet {n} moved to storage",
          "lubrication interval reset",
          "operator {n} logged in",
          "drawing {n} loaded",
          "safety gate at {place} closed",
          "material lot {n} fed",
          "cleaning of {place} done",
          "pressure nominal, {n} bar",
          "set point confirmed for order {n}");

  private static final List<String> DENIALS =
      List.of(
          "no bearing noise at {place} after check",
          "bearing at {place} replaced last week, quiet",
          "temperature back within limit, {n} degrees",
          "cooling at {place} works, no heat found",
          "checked {place} for leaks, dry",
          "oil level fine at {n} litres, no drip");

  private LogLines() {}

  static String fault(MachineState state, Random random) {
    return switch (state) {
      case BEARING_FAULT -> fill(BEARING, random);
      case OVERHEATING -> fill(HEAT, random);
      case LEAK -> fill(LEAK, random);
      case NORMAL -> fill(ROUTINE, random);
    };
  }

  /** Says that a fault is not there, in the words that name it. */
  static String denial(MachineState state, Random random) {
    int first = 2 * (state.ordinal() - 1);
    return fill(DENIALS.subList(first, first + 2), random);
  }

  static String vague(Random random) {
    return fill(VAGUE, random);
  }

  static String routine(Random random) {
    return fill(ROUTINE, random);
  }

  private static String fill(List<String> lines, Random random) {
    return lines
        .get(random.nextInt(lines.size()))
        .replace("{place}", PLACES.get(random.nextInt(PLACES.size())))
        .replace("{n}", Integer.toString(1 + random.nextInt(99)));
  }
}
