package dev.braid.pipelines.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.dataset.Label;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.observation.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PlantSimulationTest {
  private static final Duration LENGTH = Duration.ofMinutes(10);

  private static List<String> lines(PlantOptions options, int machine) {
    return new PlantSimulation(options)
        .observations(machine).stream().map(ObservationJson::format).toList();
  }

  private static PlantSimulation plant(int machines) {
    return new PlantSimulation(PlantOptions.of(1, machines, LENGTH));
  }

  @Test
  void theSameOptionsGiveTheSameBytesAndAnotherSeedOthers() {
    assertThat(lines(PlantOptions.of(3, 2, LENGTH), 1))
        .isEqualTo(lines(PlantOptions.of(3, 2, LENGTH), 1))
        .isNotEqualTo(lines(PlantOptions.of(4, 2, LENGTH), 1));
  }

  @Test
  void aMachineDoesNotDependOnHowManyOthersThereAre() {
    assertThat(lines(PlantOptions.of(3, 20, LENGTH), 1))
        .isEqualTo(lines(PlantOptions.of(3, 2, LENGTH), 1));
  }

  @Test
  void observationsComeInTheOrderOfTimeAndLieInTheSimulation() {
    List<Observation> observations = plant(1).observations(0);

    assertThat(observations)
        .isSortedAccordingTo(
            java.util.Comparator.comparing(Observation::getTime)
                .thenComparing(Observation::getModality));
    assertThat(observations)
        .allMatch(o -> !o.getTime().isBefore(PlantOptions.BEGIN))
        .allMatch(o -> o.getTime().isBefore(PlantOptions.BEGIN.plus(LENGTH)));
    assertThat(observations.stream().map(Observation::getId).distinct())
        .hasSameSizeAs(observations);
  }

  @Test
  void everyWindowInTheSimulationHasItsTruth() {
    List<Label> labels = plant(1).labels(0, Duration.ofSeconds(5));

    // 600 s hold 109 windows of 60 s that begin every 5 s, with two tasks each.
    assertThat(labels).hasSize(218);
    assertThat(labels.get(217).end()).isEqualTo(PlantOptions.BEGIN.plus(LENGTH));
    assertThatThrownBy(() -> plant(1).labels(0, Duration.ofSeconds(7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("every must be a whole number of PT5S, but was: PT7S");
  }

  @Test
  void everyStateComesAndFaultsCostHealth() {
    Map<Object, List<Double>> health = new TreeMap<>();
    for (int machine = 0; machine < 20; machine++) {
      List<Label> labels = plant(20).labels(machine, Duration.ofSeconds(60));
      for (int i = 0; i < labels.size(); i += 2) {
        health
            .computeIfAbsent(labels.get(i).value(), state -> new ArrayList<>())
            .add((Double) labels.get(i + 1).value());
      }
    }

    assertThat(health).containsOnlyKeys("normal", "bearing_fault", "overheating", "leak");
    double normal = mean(health.get("normal"));
    assertThat(normal).isGreaterThan(0.8);
    for (String fault : List.of("bearing_fault", "overheating", "leak")) {
      assertThat(mean(health.get(fault))).isLessThan(normal - 0.3);
    }
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  @Test
  void aBearingFaultShakesTheMachine() {
    Map<MachineState, List<Double>> energy = new EnumMap<>(MachineState.class);
    for (int number = 0; number < 20; number++) {
      Machine machine = new Machine(PlantOptions.of(1, 20, LENGTH), number);
      List<Observation> frames = new ArrayList<>();
      new VibrationSensor(machine).report(frames);
      for (Observation observation : frames) {
        if (observation.getPayload() instanceof Payload.Samples samples) {
          double second = seconds(observation.getTime()) - 2;
          energy
              .computeIfAbsent(machine.truth().state(second), state -> new ArrayList<>())
              .add(roughness(samples));
        }
      }
    }

    double normal = mean(energy.get(MachineState.NORMAL));
    assertThat(mean(energy.get(MachineState.BEARING_FAULT))).isGreaterThan(1.5 * normal);
    assertThat(mean(energy.get(MachineState.LEAK))).isLessThan(1.2 * normal);
  }

  private static double seconds(Instant time) {
    return Duration.between(PlantOptions.BEGIN, time).toMillis() / 1000.0;
  }

  /** The mean step from sample to sample on the first axis. */
  private static double roughness(Payload.Samples samples) {
    double sum = 0;
    int steps = 0;
    for (int i = 1; i < samples.count(); i++) {
      double step = Math.abs(samples.at(i, 0) - samples.at(i - 1, 0));
      if (!Double.isNaN(step)) {
        sum += step;
        steps++;
      }
    }
    return sum / steps;
  }

  @Test
  void whatIsMissingIsMissingForWholeMinutesAndWorkOrdersAlwaysCome() {
    PlantOptions options = new PlantOptions(1, 1, PlantOptions.BEGIN, LENGTH, 0.5, 0);
    Machine machine = new Machine(options, 0);

    for (Observation observation : new PlantSimulation(options).observations(0)) {
      if (observation.getModality().equals("log")) {
        assertThat(machine.isMissing("log", seconds(observation.getTime()))).isFalse();
      }
    }

    PlantOptions all = new PlantOptions(1, 1, PlantOptions.BEGIN, LENGTH, 1, 0);
    assertThat(new PlantSimulation(all).observations(0))
        .hasSize(20)
        .allMatch(o -> o.getModality().equals("work_order"));
  }

  @Test
  void degradedWorkOrdersLoseTheirFields() {
    PlantOptions options = new PlantOptions(1, 1, PlantOptions.BEGIN, LENGTH, 0, 1);

    for (Observation observation : new PlantSimulation(options).observations(0)) {
      if (observation.getPayload() instanceof Payload.Fields fields) {
        assertThat(fields.values()).containsOnlyKeys("age_days");
      }
    }
  }

  @Test
  void aMachineThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> plant(2).observations(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a machine's number must be 0 to 1, but was: 2");
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> PlantOptions.of(1, 0, LENGTH))
        .hasMessage("machines must be between 1 and 100000, but was: 0");
    assertThatThrownBy(() -> PlantOptions.of(1, 1, Duration.ofSeconds(119)))
        .hasMessage("length must be at least 2 minutes, but was: PT1M59S");
    assertThatThrownBy(() -> new PlantOptions(1, 1, PlantOptions.BEGIN.plusMillis(1), LENGTH, 0, 0))
        .hasMessage("begin must be a whole period, but was: 2026-01-01T00:00:00.001Z");
    assertThatThrownBy(() -> new PlantOptions(1, 1, PlantOptions.BEGIN, LENGTH, 0, 2))
        .hasMessage("missing and degrade must be between 0 and 1, but were: 0.0, 2.0");
  }
}
