package dev.braid.pipelines.demo;

import dev.braid.bundle.Manifest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bundle of the simulated plant that is part of the jar. */
public final class ShippedBundle {
  /** The seed of the simulation that it was trained on: another one is unseen. */
  public static final long TRAINING_SEED = 1;

  private static final String ROOT = "/bundles/plant/";
  private static final String MANIFEST = "manifest.json";

  private ShippedBundle() {}

  /**
   * Copies the bundle, byte for byte, into a directory. Whether every byte arrived is checked where
   * it is opened.
   *
   * @throws IOException if the directory cannot be written
   */
  public static void copyTo(Path directory) throws IOException {
    byte[] json = read(MANIFEST);
    Files.createDirectories(directory);
    for (String file : Manifest.parse(new String(json, StandardCharsets.UTF_8)).files().keySet()) {
      Path target = directory.resolve(file);
      Path parent = target.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.write(target, read(file));
    }
    // Last: without a manifest there is no bundle.
    Files.write(directory.resolve(MANIFEST), json);
  }

  private static byte[] read(String file) throws IOException {
    try (InputStream in = ShippedBundle.class.getResourceAsStream(ROOT + file)) {
      if (in == null) {
        throw new FileNotFoundException("this build ships no " + ROOT + file);
      }
      return in.readAllBytes();
    }
  }
}
