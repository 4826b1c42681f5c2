package dev.braid.transforms;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Instant;

/** What came out of a collection when its pipeline ran in this JVM. */
public final class Collected<T> {
  private static final Map<String, Queue<Item<?>>> ITEMS = new ConcurrentHashMap<>();

  private final String key = UUID.randomUUID().toString();

  private Collected() {
    ITEMS.put(key, new ConcurrentLinkedQueue<>());
  }

  /** One element with its timestamp and window. */
  public record Item<T>(T element, Instant timestamp, BoundedWindow window) {}

  /** Collects what {@code collection} will hold. */
  public static <T> Collected<T> of(PCollection<T> collection) {
    Collected<T> collected = new Collected<>();
    collection.apply("Collect" + collected.key, ParDo.of(new Collect<>(collected.key)));
    return collected;
  }

  /** All elements, in no order. */
  public List<T> elements() {
    return items().stream().map(Item::element).toList();
  }

  /** All elements with timestamp and window, in no order. */
  @SuppressWarnings("unchecked")
  public List<Item<T>> items() {
    return ITEMS.get(key).stream().map(item -> (Item<T>) item).toList();
  }

  private static final class Collect<T> extends DoFn<T, Void> {
    private final String key;

    Collect(String key) {
      this.key = key;
    }

    @ProcessElement
    public void process(@Element T element, @Timestamp Instant timestamp, BoundedWindow window) {
      ITEMS.get(key).add(new Item<>(element, timestamp, window));
    }
  }
}
