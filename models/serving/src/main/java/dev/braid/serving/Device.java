package dev.braid.serving;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where models run.
 *
 * @param index which one of its kind, from 0
 */
record Device(Kind kind, int index) {
  private static final Pattern NAME = Pattern.compile("(cpu|auto|(cuda|tensorrt)(:(\\d{1,3}))?)");

  static final Device ON_CPU = new Device(Kind.CPU, 0);

  /** What a device is, or how it is found. */
  enum Kind {
    CPU,
    CUDA,
    TENSORRT,
    /** The first CUDA device if it can be opened, else the CPU. */
    AUTO
  }

  /**
   * The device of that name, in small or capital letters.
   *
   * @throws IllegalArgumentException if there is no such name
   */
  static Device parse(String name) {
    Matcher matcher = NAME.matcher(name.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          ("device must be 'cpu', 'cuda', 'cuda:N', 'tensorrt', 'tensorrt:N' or 'auto', where N is"
                  + " the number of a device from 0, but was: '%s'")
              .formatted(name));
    }
    String kind = matcher.group(2) == null ? matcher.group(1) : matcher.group(2);
    String index = matcher.group(4);
    return new Device(
        Kind.valueOf(kind.toUpperCase(Locale.ROOT)), index == null ? 0 : Integer.parseInt(index));
  }

  /** Its one name: {@code cpu}, {@code auto}, {@code cuda:0}. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return kind == Kind.CPU || kind == Kind.AUTO ? name : name + ":" + index;
  }
}
