package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;

/** Asks for a payload of the kind that a featurizer needs. */
final class PayloadKinds {
  private PayloadKinds() {}

  static <T extends Payload> T require(Payload payload, Class<T> kind, String needs)
      throws InvalidObservationException {
    if (!kind.isInstance(payload)) {
      throw new InvalidObservationException(
          "needs %s, but the observation holds %s".formatted(needs, describe(payload)));
    }
    return kind.cast(payload);
  }

  private static String describe(Payload payload) {
    if (payload instanceof Payload.Text) {
      return "'text'";
    } else if (payload instanceof Payload.Blob) {
      return "'base64'";
    } else if (payload instanceof Payload.Reference) {
      return "a 'uri' that was not resolved";
    } else if (payload instanceof Payload.Samples) {
      return "'values'";
    }
    return "a 'record'";
  }
}
