package dev.braid.pipelines.simulate;

import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import java.util.List;
import java.util.Random;

/**
 * Acceleration on three axes in g, in frames that end at their event time. The shaft shows at its
 * rotation and twice that; a faulty bearing adds a tone at 3.57 times the rotation (a common ratio
 * of balls passing the outer race) that swells once a turn. A neighbour's press looks alike from
 * time to time; friction of a hot machine adds a little noise; samples are lost.
 */
final class VibrationSensor extends Reporter {
  private static final double BEARING_RATIO = 3.57;
  private static final double NOISE = 0.12;

  private final Random random;
  private final Timeline neighbour;
  private final double rotationHz;
  private final double neighbourHz;
  private final double[] gain = new double[3];
  private final double[] phase = new double[3];

  VibrationSensor(Machine machine) {
    super(machine, PlantSpec.VIBRATION);
    this.random = machine.random(PlantSpec.VIBRATION);
    this.neighbour = machine.illusions(modality(), List.of(MachineState.BEARING_FAULT));
    this.rotationHz = Timeline.uniform(random, 3, 5);
    this.neighbourHz = Timeline.uniform(random, 9, 18);
    for (int axis = 0; axis < gain.length; axis++) {
      gain[axis] = Timeline.uniform(random, 0.5, 1);
      phase[axis] = Timeline.uniform(random, 0, 2 * Math.PI);
    }
  }

  @Override
  void report(List<Observation> to) {
    double frame = PlantSpec.VIBRATION_FRAME.toMillis() / 1000.0;
    double offset = random.nextInt(1000) / 1000.0;
    int number = 0;
    for (double begin = offset; begin + frame < machine().seconds(); begin += frame) {
      float[][] values = frame(begin);
      if (!isSilent(begin)) {
        to.add(
            observation(
                number, begin + frame, Payload.Samples.of(PlantSpec.VIBRATION_RATE_HZ, values)));
      }
      number++;
    }
  }

  private float[][] frame(double begin) {
    int samples = (int) (PlantSpec.VIBRATION_RATE_HZ * PlantSpec.VIBRATION_FRAME.toSeconds());
    float[][] values = new float[samples][3];
    double own = machine().truth().severity(MachineState.BEARING_FAULT, begin);
    double other = neighbour.severity(begin);
    double heat = machine().truth().severity(MachineState.OVERHEATING, begin);
    double load = machine().load(begin);
    double noise = NOISE * (1 + 0.5 * heat);
    if (machine().isDegraded(modality(), begin)) {
      noise += 0.6 * load;
    }
    int lostFrom = random.nextInt(100) < 3 ? random.nextInt(samples) : samples;
    int lostTo = lostFrom + samples / 5;
    for (int i = 0; i < samples; i++) {
      double time = begin + (double) i / PlantSpec.VIBRATION_RATE_HZ;
      double turn = 2 * Math.PI * rotationHz * time;
      for (int axis = 0; axis < 3; axis++) {
        double shaft =
            0.6 * load * (Math.sin(turn + phase[axis]) + 0.4 * Math.sin(2 * turn + phase[axis]));
        double bearing =
            0.8 * own * (1 + 0.7 * Math.cos(turn)) * Math.sin(BEARING_RATIO * turn + phase[axis]);
        double near = 0.8 * other * Math.sin(2 * Math.PI * neighbourHz * time + phase[axis]);
        double gravity = axis == 2 ? 1 : 0;
        double value =
            gravity + gain[axis] * (shaft + bearing + near) + noise * random.nextGaussian();
        values[i][axis] =
            i >= lostFrom && i < lostTo ? Float.NaN : Math.round(value * 1000) / 1000f;
      }
    }
    return values;
  }
}
