package dev.braid.transforms.model;

import dev.braid.serving.WatchedPlace;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Where newer versions of a bundle appear, as people name it: the path of a directory that all
 * workers see, or the URI of one on a file system of Beam, such as {@code hdfs://host/models}.
 * Immutable and serializable.
 */
public final class Watched implements Serializable {
  private static final long serialVersionUID = 1L;

  /** As Beam tells URIs from paths. */
  private static final Pattern URI_FORM = Pattern.compile("([a-zA-Z][-a-zA-Z0-9+.]*):/.*");

  private final String place;
  private final String scheme;

  private Watched(String place, String scheme) {
    this.place = place;
    this.scheme = scheme;
  }

  /**
   * The place of that name; a relative path is made absolute.
   *
   * @throws IllegalArgumentException if it is no path
   */
  public static Watched of(String name) {
    Matcher matcher = URI_FORM.matcher(name);
    String scheme = matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
    if (scheme.isEmpty()) {
      return of(Path.of(name));
    }
    return scheme.equals("file")
        ? of(Path.of(URI.create(name)))
        : new Watched(name.replaceFirst("/+$", ""), scheme);
  }

  /** A directory of a file system that is mounted on every worker. */
  public static Watched of(Path directory) {
    return new Watched(directory.toAbsolutePath().toString(), "");
  }

  /** Whether it is a path, which the system reads, and not Beam. */
  public boolean isLocal() {
    return scheme.isEmpty();
  }

  /**
   * Checks that workers will know the file system.
   *
   * @param options of the run
   * @throws IllegalArgumentException if none of that scheme is there with these options; the
   *     message is one line
   */
  public void check(PipelineOptions options) {
    if (isLocal()) {
      return;
    }
    FileSystems.setDefaultPipelineOptions(options);
    try {
      FileSystems.matchNewResource(place, true);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "there is no file system '%s' here for %s; one of Hadoop's is there on flink and spark, if it is the fs.defaultFS of HADOOP_CONF_DIR or of --hdfsConfiguration='[{...}]' after the '--'"
              .formatted(scheme, place),
          e);
    }
  }

  WatchedPlace open() {
    return isLocal() ? WatchedPlace.of(Path.of(place)) : new MirroredPlace(place);
  }

  /** The absolute path, or the URI. */
  @Override
  public String toString() {
    return place;
  }
}
