package dev.braid.runners.spark;

import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.runners.spark.Readings.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * A streaming job over {@link Readings}: from Kafka through sliding windows to lines {@code
 * window=content} in files, one for each writer. Run in the test's JVM, or by {@link #main} in one
 * that is killed.
 */
final class WindowedJob {
  /** Stands for a partition that never had a record. */
  private static final Instant FAR = Instant.parse("2100-01-01T00:00:00Z");

  private WindowedJob() {}

  /** Arguments: broker, topics, output directory, {@code chained} or {@code plain}, options. */
  public static void main(String[] args) {
    start(
            args[0],
            List.of(args[1].split(",")),
            Path.of(args[2]),
            args[3].equals("chained"),
            List.of(args).subList(4, args.length))
        .waitUntilFinish();
  }

  static PipelineResult start(
      String broker, List<String> topics, Path output, boolean chained, List<String> options) {
    Engine engine = Engines.named("spark");
    return engine.run(
        pipeline(
            broker,
            topics,
            output,
            chained,
            Engines.options(engine, PipelineOptions.class, options)));
  }

  static Pipeline pipeline(
      String broker, List<String> topics, Path output, boolean chained, PipelineOptions options) {
    Pipeline pipeline = Pipeline.create(options);
    PCollection<KV<String, String>> readings =
        pipeline
            .apply(
                "Read",
                KafkaIO.<String, String>read()
                    .withBootstrapServers(broker)
                    .withTopics(topics)
                    .withKeyDeserializer(StringDeserializer.class)
                    .withValueDeserializer(StringDeserializer.class)
                    .withConsumerConfigUpdates(
                        Map.of("auto.offset.reset", "earliest", "fetch.max.bytes", 20_000))
                    .withTimestampPolicyFactory((partition, watermark) -> new EventTime(watermark))
                    .withoutMetadata())
            .apply(
                "Parse",
                MapElements.into(
                        TypeDescriptors.kvs(TypeDescriptors.strings(), TypeDescriptors.strings()))
                    .via(
                        kv -> {
                          Reading reading = Reading.parse(kv.getValue());
                          return KV.of(reading.key(), reading.id());
                        }));
    PCollection<KV<String, String>> contents =
        chained
            ? readings
                .apply(
                    "Slices",
                    Window.into(FixedWindows.of(Duration.millis(Readings.PERIOD.toMillis()))))
                .apply("CountInSlices", Count.perKey())
                .apply("Slide", sliding())
                .apply("AddSlices", Sum.longsPerKey())
                .apply(
                    "Counts",
                    MapElements.into(
                            TypeDescriptors.kvs(
                                TypeDescriptors.strings(), TypeDescriptors.strings()))
                        .via(kv -> KV.of(kv.getKey(), kv.getValue().toString())))
            : readings
                .apply("Slide", sliding())
                .apply("Group", GroupByKey.create())
                .apply(
                    "Ids",
                    MapElements.into(
                            TypeDescriptors.kvs(
                                TypeDescriptors.strings(), TypeDescriptors.strings()))
                        .via(kv -> KV.of(kv.getKey(), sorted(kv.getValue()))));
    contents.apply("Write", ParDo.of(new Append(output.toString())));
    return pipeline;
  }

  private static <T> Window<T> sliding() {
    return Window.into(
        SlidingWindows.of(Duration.millis(Readings.WINDOW.toMillis()))
            .every(Duration.millis(Readings.PERIOD.toMillis())));
  }

  // A list: an id that is counted twice must show.
  private static String sorted(Iterable<String> ids) {
    return String.join(" ", StreamSupport.stream(ids.spliterator(), false).sorted().toList());
  }

  /** All contents that were written for each window, but for the closing key. */
  static Map<String, TreeSet<String>> written(Path output) throws IOException {
    Map<String, TreeSet<String>> written = new TreeMap<>();
    for (String line : lines(output)) {
      String[] parts = line.split("=");
      if (!parts[0].startsWith(Readings.CLOSING)) {
        written.computeIfAbsent(parts[0], w -> new TreeSet<>()).add(parts[1]);
      }
    }
    return written;
  }

  /** All complete lines. */
  static List<String> lines(Path output) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(output)) {
      for (Path file : files.toList()) {
        String text = Files.readString(file);
        text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(lines::add);
      }
    }
    return lines;
  }

  /** The reading's own time; the watermark is the maximum so far less the disorder. */
  private static final class EventTime extends TimestampPolicy<String, String> {
    private Instant watermark;
    private boolean empty;

    EventTime(Optional<Instant> watermark) {
      this.watermark = watermark.orElse(BoundedWindow.TIMESTAMP_MIN_VALUE);
      this.empty = this.watermark.equals(BoundedWindow.TIMESTAMP_MIN_VALUE);
    }

    @Override
    public Instant getTimestampForRecord(
        PartitionContext context, KafkaRecord<String, String> record) {
      Instant time = Instant.ofEpochMilli(Reading.parse(record.getKV().getValue()).millis());
      Instant held = time.minus(Duration.millis(Readings.DISORDER.toMillis()));
      watermark = empty || held.isAfter(watermark) ? held : watermark;
      empty = false;
      return time;
    }

    @Override
    public Instant getWatermark(PartitionContext context) {
      return empty && context.getMessageBacklog() == 0 ? FAR : watermark;
    }
  }

  private static final class Append extends DoFn<KV<String, String>, Void> {
    private final String directory;
    private final String file = "lines-" + UUID.randomUUID();

    Append(String directory) {
      this.directory = directory;
    }

    @ProcessElement
    public void process(@Element KV<String, String> content, BoundedWindow window)
        throws IOException {
      long end = ((IntervalWindow) window).end().getMillis();
      String line = "%s|%d=%s%n".formatted(content.getKey(), end, content.getValue());
      Files.writeString(
          Path.of(directory, file + "-" + Thread.currentThread().getId()),
          line,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }
}
