package dev.braid.pipelines.io.kafka;

import java.io.IOException;
import java.io.Reader;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What Kafka's clients are told beside where the brokers are: security protocol, SASL, key stores,
 * and whatever else the user wants to set. Its values are never printed. Immutable and
 * serializable.
 */
public final class KafkaSettings implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TreeMap<String, String> properties;

  private KafkaSettings(TreeMap<String, String> properties) {
    this.properties = properties;
  }

  /** Nothing but Kafka's defaults. */
  public static KafkaSettings none() {
    return new KafkaSettings(new TreeMap<>());
  }

  /**
   * Reads a Java properties file in UTF-8, as Kafka's own tools take it.
   *
   * @throws IllegalArgumentException if it cannot be read; the message is one line
   */
  public static KafkaSettings read(Path file) {
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      read.load(reader);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("there is no file " + file, e);
    } catch (IOException | IllegalArgumentException e) {
      // The message of a broken escape would repeat what stands there, which may be a password.
      throw new IllegalArgumentException("cannot read %s as properties".formatted(file), e);
    }
    TreeMap<String, String> properties = new TreeMap<>();
    for (String name : read.stringPropertyNames()) {
      properties.put(name, read.getProperty(name));
    }
    return new KafkaSettings(properties);
  }

  /** Everything for one client; what {@code own} says wins. */
  Map<String, Object> with(Map<String, Object> own) {
    Map<String, Object> all = new HashMap<>(properties);
    all.putAll(own);
    return all;
  }

  /** The same, but what the user set wins. */
  Map<String, Object> over(Map<String, Object> defaults) {
    Map<String, Object> all = new HashMap<>(defaults);
    all.putAll(properties);
    return all;
  }

  /** The names alone. */
  @Override
  public String toString() {
    return "KafkaSettings" + new TreeSet<>(properties.keySet());
  }
}
