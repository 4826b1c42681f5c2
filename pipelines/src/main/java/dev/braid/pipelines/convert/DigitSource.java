package dev.braid.pipelines.convert;

import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** One modality of the digits: where its items come from and how they are shown. */
interface DigitSource<T> {
  /** The modality's name. */
  String modality();

  /** What the spec says of it. */
  ModalitySpec spec();

  /** The name of its file below {@code observations/}. */
  String file();

  /**
   * Every item below the source directory, in the order of files and then of their content.
   *
   * @throws InvalidSourceException if there is no file of its kind or one is malformed
   */
  List<DigitItem<T>> read(Path source);

  /** The item's content, degraded as the data set's definition fixes it. */
  T degrade(T content, Random random);

  /**
   * The content as a payload.
   *
   * @param name unique for this item in this state, for a blob's name
   */
  Payload payload(T content, String name, DatasetWriter writer);
}
