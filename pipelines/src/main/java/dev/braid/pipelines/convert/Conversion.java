package dev.braid.pipelines.convert;

import java.nio.file.Path;

/** Makes one data set. */
interface Conversion {
  /** The data set's name on the command line. */
  String name();

  /** Whether it reads a source directory. */
  boolean needsSource();

  /**
   * Makes the data set.
   *
   * @param source the directory that holds the source files; ignored by a simulation
   * @throws InvalidSourceException if a source file is missing or malformed
   */
  ConversionReport convert(
      Path source, DatasetWriter writer, ConversionOptions options, Progress progress);
}
