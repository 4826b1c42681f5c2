package dev.braid.pipelines.simulate;

import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.observation.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Lines as broken senders write them: each must become one dead letter and stop nothing. */
public final class BadObservations {
  private BadObservations() {}

  /**
   * One line of each kind about a machine: a truncated line, a broken image, an unknown modality, a
   * {@code uri} that climbs out of its root, a time that is no time, and a reading out of range.
   *
   * @param time the event time of those that have one
   */
  public static List<String> lines(String machine, Instant time) {
    String whole =
        ObservationJson.format(
            Observation.of(
                "bad-log",
                machine,
                PlantSpec.LOG,
                time,
                new Payload.Text("this line was cut while it was written", "text/plain")));
    byte[] broken = "\u0089PNG\r\n\u001a\n and then nothing".getBytes(StandardCharsets.ISO_8859_1);
    return List.of(
        whole.substring(0, whole.length() - 12),
        ObservationJson.format(
            Observation.of(
                "bad-camera",
                machine,
                PlantSpec.CAMERA,
                time,
                new Payload.Blob(broken, "image/png"))),
        ObservationJson.format(
            Observation.of(
                "bad-modality",
                machine,
                "thermometer",
                time,
                new Payload.Text("71 degrees", "text/plain"))),
        ObservationJson.format(
            Observation.of(
                "bad-uri",
                machine,
                PlantSpec.CAMERA,
                time,
                new Payload.Reference("../../outside.png", "image/png"))),
        whole.replace("bad-log", "bad-time").replace(time.toString(), "half past nine"),
        "{\"id\":\"bad-range\",\"entity\":\"%s\",\"modality\":\"%s\",\"time\":\"%s\",\"rateHz\":50,\"values\":[[0,1e300,0]]}"
            .formatted(machine, PlantSpec.VIBRATION, time));
  }
}
