package dev.braid.it.scenarios;

import dev.braid.it.BraidProcess;
import dev.braid.pipelines.engine.Engine;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Locale;
import java.util.ServiceLoader;

/** What a cell runs on. */
enum Runner {
  DIRECT,
  FLINK,
  SPARK;

  private final Engine engine = declared();

  /** What the shaded jar declares of its engine. Nothing can be run by it. */
  Engine engine() {
    return engine;
  }

  private Engine declared() {
    try {
      URL[] jar = {BraidProcess.jar(toString()).toUri().toURL()};
      // Stays open: a declaration may load classes.
      return ServiceLoader.load(
              Engine.class, new URLClassLoader(jar, Runner.class.getClassLoader()))
          .findFirst()
          .orElseThrow();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As {@code --runner} and the shaded jars name it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
