package dev.braid.pipelines.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.options.ApplicationNameOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Looks up the {@link Engine} on the class path and builds the Beam options to run it with. */
public final class Engines {
  private Engines() {}

  /**
   * Returns the engine of that name.
   *
   * @throws IllegalArgumentException if this class path has no such engine; the message is one line
   *     and names those it has
   */
  public static Engine named(String name) {
    Map<String, Engine> engines = new TreeMap<>();
    all().forEach(engine -> engines.put(engine.name(), engine));
    Engine engine = engines.get(name);
    if (engine == null) {
      throw new IllegalArgumentException(
          "no runner '%s' in this jar; it has: %s"
              .formatted(name, engines.isEmpty() ? "none" : String.join(", ", engines.keySet())));
    }
    return engine;
  }

  /** The engines on this class path, in no order. */
  public static List<Engine> all() {
    return ServiceLoader.load(Engine.class, Engines.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /**
   * Parses Beam options for one engine: its defaults, overridden by whatever the caller gave.
   *
   * @param type the options interface to return
   * @param arguments Beam options as {@code --name=value}; {@code --runner} is refused, since the
   *     engine decides it
   * @throws IllegalArgumentException if an option is unknown, malformed or refused
   */
  public static <T extends PipelineOptions> T options(
      Engine engine, Class<T> type, List<String> arguments) {
    Set<String> given = new HashSet<>();
    for (String argument : arguments) {
      if (!argument.startsWith("--") || argument.length() == 2) {
        throw new IllegalArgumentException(
            "Beam options must look like --name=value, but was: " + argument);
      }
      int equals = argument.indexOf('=');
      given.add(equals < 0 ? argument.substring(2) : argument.substring(2, equals));
    }
    if (given.contains("runner")) {
      throw new IllegalArgumentException(
          "choose the engine with --runner before the --, not among the Beam options");
    }

    List<String> all = new ArrayList<>(arguments);
    int cores = Runtime.getRuntime().availableProcessors();
    engine
        .defaults(cores)
        .forEach(
            (name, value) -> {
              if (!given.contains(name)) {
                all.add("--" + name + "=" + value);
              }
            });
    T options =
        PipelineOptionsFactory.fromArgs(all.toArray(String[]::new)).withValidation().as(type);
    if (!given.contains("appName")) {
      // The job's name begins with it, which is otherwise the caller's class.
      options.as(ApplicationNameOptions.class).setAppName("braid");
    }
    return options;
  }
}
