package dev.braid.dataset;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Which part of a data set an entity belongs to; nothing of one entity stands in two parts. */
public enum Split {
  /** Models are fitted on it. */
  TRAIN,
  /** Early stopping and calibration look at it. */
  VALIDATION,
  /** Only looked at to judge a finished model. */
  TEST;

  /** The part of an entity that no file assigns: 80, 10 and 10 of 100 by a hash of its name. */
  static Split byHash(String entity) {
    // FNV-1a: String.hashCode leaves names that differ in their last digit side by side.
    int hash = 0x811c9dc5;
    for (byte b : entity.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    hash ^= hash >>> 15;
    int bucket = Integer.remainderUnsigned(hash, 10);
    return bucket < 8 ? TRAIN : bucket == 8 ? VALIDATION : TEST;
  }

  static Split parse(String text) {
    for (Split split : values()) {
      if (split.label().equals(text)) {
        return split;
      }
    }
    throw new IllegalArgumentException(
        "a split must be one of train, validation, test, but was: '" + text + "'");
  }

  /** The name in files and on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
