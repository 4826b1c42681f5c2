package dev.braid.serving;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A place in which newer versions of a bundle appear while it is served: a bundle that is replaced
 * by them, or a directory with one for each. It holds nothing before the first {@link #fetch}. Used
 * by one thread at a time.
 */
public interface WatchedPlace extends AutoCloseable {
  /** A directory of this machine, or one that is mounted here. */
  static WatchedPlace of(Path directory) {
    return new WatchedDirectory(directory);
  }

  /** What people call it; equal for the same place. */
  String name();

  /**
   * The names of all bundles there, the one first whose manifest was written last. Of two of the
   * same time it is the one whose name is later in the alphabet.
   *
   * @throws IOException if the place cannot be read
   */
  List<String> newestFirst() throws IOException;

  /**
   * What lies in a bundle there now.
   *
   * @param bundle its name, as of {@link #newestFirst}
   * @throws IOException if it cannot be read
   */
  BundleVersion version(String bundle) throws IOException;

  /**
   * A directory of this machine with a version's files, which stays as it is until the next call or
   * {@link #close}.
   *
   * @throws java.io.FileNotFoundException if somebody wrote to the version meanwhile
   * @throws IOException if it cannot be read
   */
  Path fetch(BundleVersion version) throws IOException;

  /** Removes what was fetched. */
  @Override
  void close();
}
