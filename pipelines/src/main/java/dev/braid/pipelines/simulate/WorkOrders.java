package dev.braid.pipelines.simulate;

import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The machine's record, sent anew every half minute; it is never silent. */
final class WorkOrders extends Reporter {
  private static final double EVERY = 30;

  WorkOrders(Machine machine) {
    super(machine, PlantSpec.WORK_ORDER);
  }

  @Override
  boolean isSilent(double time) {
    return false;
  }

  @Override
  void report(List<Observation> to) {
    int number = 0;
    for (double time = 0; time < machine().seconds(); time += EVERY) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("age_days", (double) machine().ageDays());
      if (!machine().isDegraded(modality(), time)) {
        fields.put("load", Math.round(machine().load(time) * 100) / 100.0);
        fields.put("vendor", machine().vendor());
      }
      to.add(observation(number, time, new Payload.Fields(fields)));
      number++;
    }
  }
}
