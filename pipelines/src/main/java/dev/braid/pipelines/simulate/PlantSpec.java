package dev.braid.pipelines.simulate;

import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.spec.WindowSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The spec of the simulated plant. */
public final class PlantSpec {
  static final String CAMERA = "camera";
  static final String LOG = "log";
  static final String VIBRATION = "vibration";
  static final String WORK_ORDER = "work_order";

  /** The task that asks for the {@link MachineState}. */
  public static final String STATE = "state";

  /** The task that asks for the health, 0 (broken) to 1 (as new). */
  public static final String HEALTH = "health";

  /** The length of a window. */
  public static final Duration WINDOW = Duration.ofSeconds(60);

  /** From one window to the next. */
  public static final Duration PERIOD = Duration.ofSeconds(5);

  static final int CAMERA_SIDE = 64;
  static final int VIBRATION_RATE_HZ = 50;
  static final Duration VIBRATION_FRAME = Duration.ofSeconds(2);

  private PlantSpec() {}

  /** The spec. */
  public static Spec spec() {
    Map<String, ModalitySpec> modalities = new LinkedHashMap<>();
    modalities.put(CAMERA, new ModalitySpec.Image(CAMERA_SIDE, CAMERA_SIDE, 3, 12));
    modalities.put(LOG, new ModalitySpec.Text("en", 12));
    modalities.put(VIBRATION, new ModalitySpec.Sensor(3, VIBRATION_RATE_HZ, VIBRATION_FRAME, 30));
    modalities.put(
        WORK_ORDER, new ModalitySpec.Record(List.of("age_days", "load"), List.of("vendor"), 1));
    Map<String, TaskSpec> tasks = new LinkedHashMap<>();
    tasks.put(STATE, new TaskSpec.Classification(MachineState.labels()));
    tasks.put(HEALTH, new TaskSpec.Regression());
    return new Spec(
        "plant",
        new Spec.EntitySpec("machine"),
        new WindowSpec.Time(WINDOW, PERIOD, Duration.ofSeconds(30)),
        modalities,
        tasks,
        null);
  }
}
