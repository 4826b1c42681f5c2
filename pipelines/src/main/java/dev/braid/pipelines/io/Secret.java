package dev.braid.pipelines.io;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * A value that must not be seen, such as a password, named by where it lies: {@code file:PATH} or
 * {@code env:NAME}. It is read once, before a launch, and travels to the workers with the pipeline;
 * whatever prints it gets {@code ***}. Immutable and serializable.
 */
public final class Secret implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String FILE = "file:";
  private static final String VARIABLE = "env:";
  private static final int MAX_BYTES = 64 * 1024;

  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /**
   * Reads a secret. A line break at the end of a file is not part of it.
   *
   * @param reference {@code file:PATH}, of a file of at most 64 KiB in UTF-8, or {@code env:NAME}
   * @throws IllegalArgumentException if there is none; the message is one line and does not repeat
   *     a reference of another form, which may be the secret itself
   */
  public static Secret from(String reference) {
    return from(reference, System::getenv);
  }

  static Secret from(String reference, UnaryOperator<String> environment) {
    String value;
    if (reference.startsWith(FILE)) {
      value = read(reference.substring(FILE.length()));
    } else if (reference.startsWith(VARIABLE)) {
      String name = reference.substring(VARIABLE.length());
      value = environment.apply(name);
      if (value == null) {
        throw new IllegalArgumentException("there is no environment variable '" + name + "'");
      }
    } else {
      throw new IllegalArgumentException(
          "a secret must be named as file:PATH or env:NAME, not be given itself");
    }
    if (value.isEmpty()) {
      throw new IllegalArgumentException(reference + " is empty");
    }
    return new Secret(value);
  }

  private static String read(String name) {
    try {
      Path file = Path.of(name);
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new IllegalArgumentException("there is no file %s that can be read".formatted(name));
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new IllegalArgumentException(
            "the file %s must hold at most %d bytes, but has %d"
                .formatted(name, MAX_BYTES, Files.size(file)));
      }
      return Files.readString(file).replaceFirst("\\R\\z", "");
    } catch (InvalidPathException | IOException e) {
      throw new IllegalArgumentException("cannot read the file %s as UTF-8".formatted(name), e);
    }
  }

  /** The value itself, for the one who must know it. */
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "***";
  }
}
