package dev.braid.it.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system of one MiB, for any process of this user, that can be full and have room again. It
 * is mounted in name spaces of a process of its own, which needs no right but that to make them;
 * all others see it through that process.
 */
final class SmallDisk implements AutoCloseable {
  private static final int BYTES = 1024 * 1024;

  private final Process owner;
  private final Path root;

  private SmallDisk(Process owner, Path root) {
    this.owner = owner;
    this.root = root;
  }

  /**
   * Makes one.
   *
   * @param place an empty directory
   */
  static SmallDisk in(Path place) throws IOException {
    Files.createDirectories(place);
    // It ends with this JVM, whose end of the pipe then closes.
    Process owner =
        new ProcessBuilder(
                "unshare",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=" + BYTES + " braid-test \"$0\" && echo ready && exec cat",
                place.toString())
            .redirectErrorStream(true)
            .start();
    String said =
        new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    if (!"ready".equals(said)) {
      owner.destroyForcibly();
      throw new IOException("no file system of its own in %s: %s".formatted(place, said));
    }
    return new SmallDisk(owner, Path.of("/proc/" + owner.pid() + "/root" + place.toAbsolutePath()));
  }

  /** The directory, as every process sees it. */
  Path directory() {
    return root.resolve("results");
  }

  private Path ballast() {
    return root.resolve("ballast");
  }

  /** Leaves no byte. */
  void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(ballast())) {
      for (int i = 0; i <= BYTES; i += 1024) {
        out.write(new byte[1024]);
      }
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("No space left on device")) {
        return;
      }
      throw e;
    }
    throw new IOException("%s took more than %d bytes".formatted(root, BYTES));
  }

  /** Gives all of it back. */
  void makeRoom() throws IOException {
    Files.delete(ballast());
  }

  @Override
  public void close() {
    owner.destroyForcibly();
  }
}
