package dev.braid.pipelines.simulate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a machine is in. */
public enum MachineState {
  NORMAL,
  /** Seen in the vibration and told by the log. */
  BEARING_FAULT,
  /** Seen by the camera, told by the log, faint in the vibration. */
  OVERHEATING,
  /** Seen by the camera and told by the log. */
  LEAK;

  static final List<MachineState> FAULTS = List.of(BEARING_FAULT, OVERHEATING, LEAK);

  /** The name in labels. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(MachineState::label).toList();
  }
}
