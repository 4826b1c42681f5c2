package dev.braid.runners.local;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The directories of jars that the build puts beside this module's own classes. */
enum Distribution {
  KAFKA("the Kafka broker"),
  FLINK("the Flink cluster"),
  SPARK("the Spark cluster");

  private final String title;

  Distribution(String title) {
    this.title = title;
  }

  /** The one whose {@link #directoryName} that is. */
  static Distribution named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** What it is, in a sentence. */
  String title() {
    return title;
  }

  /** The directory of this engine's jars. */
  Path directory() {
    Path directory = target().resolve(directoryName());
    if (!Files.isDirectory(directory)) {
      throw new LocalClusterException(
          "there are no jars of %s in %s; './mvnw -pl runners/local -am package' puts them there"
              .formatted(directoryName(), directory));
    }
    return directory;
  }

  /** What stands for all its jars in the environment variable CLASSPATH. */
  String classPath() {
    return directory() + "/*";
  }

  /** As on the command line. */
  String directoryName() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static Path target() {
    try {
      Path classes =
          Path.of(Distribution.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return classes.resolveSibling("");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
