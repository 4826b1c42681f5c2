package dev.braid.observation;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The blobs below one root directory of a local or mounted file system. Nothing outside of the root
 * is ever read, whatever the {@code uri} says and wherever a symbolic link points. Safe for several
 * threads, and serializable.
 */
public final class Blobs implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The largest blob that is read, in bytes. */
  public static final long MAX_BYTES = 64L * 1024 * 1024;

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");

  /** Null if there are no blobs. */
  private final @Nullable String directory;

  private Blobs(@Nullable String directory) {
    this.directory = directory;
  }

  /** No blobs: every reference is invalid. */
  public static Blobs none() {
    return new Blobs(null);
  }

  /** The blobs below {@code root}; the directory need not exist before the first read. */
  public static Blobs below(Path root) {
    return new Blobs(root.toAbsolutePath().normalize().toString());
  }

  /**
   * The payload itself, or for a reference the bytes that it names.
   *
   * @throws InvalidObservationException if the reference leads out of the root, to nothing, or to
   *     more than {@link #MAX_BYTES}
   * @throws UncheckedIOException if the file is there and cannot be read
   */
  public Payload resolve(Payload payload) throws InvalidObservationException {
    return payload instanceof Payload.Reference reference
        ? new Payload.Blob(read(reference.uri()), reference.contentType())
        : payload;
  }

  /** The directory. */
  @Override
  public String toString() {
    return directory == null ? "none" : directory;
  }

  private byte[] read(String uri) throws InvalidObservationException {
    if (directory == null) {
      throw new InvalidObservationException(
          "'uri' cannot be followed: no directory of blobs was named; it was: '" + uri + "'");
    }
    Path root = Path.of(directory);
    if (SCHEME.matcher(uri).matches() || uri.startsWith("/") || uri.indexOf('\\') >= 0) {
      throw new InvalidObservationException(
          "'uri' must be a path relative to the input's root, but was: '" + uri + "'");
    }
    Path file;
    try {
      file = root.resolve(uri).normalize();
    } catch (java.nio.file.InvalidPathException e) {
      throw new InvalidObservationException("'uri' is no path: '" + uri + "'", e);
    }
    if (!file.startsWith(root) || file.equals(root)) {
      throw new InvalidObservationException("'uri' leads out of the input's root: '" + uri + "'");
    }
    if (!Files.isRegularFile(file)) {
      throw new InvalidObservationException("'uri' names no file: '" + uri + "'");
    }
    try {
      if (!file.toRealPath().startsWith(root.toRealPath())) {
        throw new InvalidObservationException("'uri' leads out of the input's root: '" + uri + "'");
      }
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new InvalidObservationException(
            "'uri' must name at most %d bytes, but '%s' has %d".formatted(MAX_BYTES, uri, size));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the blob '" + uri + "'", e);
    }
  }
}
