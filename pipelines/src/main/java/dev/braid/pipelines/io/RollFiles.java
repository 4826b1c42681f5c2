package dev.braid.pipelines.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SimpleFunction;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.joda.time.Duration;

/**
 * Writes an unbounded stream of lines to {@code PREFIX-LAUNCH-NUMBER-SERIES.jsonl}: the time of the
 * launch in UTC with four random digits, the file's number from 0, and one of a few series that
 * fill side by side. Sorted by name, files of one launch are in the order in which they were begun.
 *
 * <p>A file appears whole and is never changed or replaced, neither when the engine repeats a part
 * nor by another launch into the same directory. It is cut by processing time: by event time a late
 * line would have to be dropped. An engine of micro-batches computes state again at another time
 * than at first, and a timer that has then come too early would take lines out of the state for a
 * file that nobody writes; there each batch is a file.
 */
final class RollFiles extends PTransform<PCollection<String>, PDone> {
  private static final DateTimeFormatter LAUNCH =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Characters of a full file: it passes from step to step as one element. */
  private static final long MAX_CHARS = 4L * 1024 * 1024;

  private final Path directory;
  private final String prefix;
  private final int series;
  private final ResultFormat format;
  private final Rolling rolling;

  RollFiles(Path directory, String prefix, int series, ResultFormat format, Rolling rolling) {
    this.directory = directory;
    this.prefix = prefix;
    this.series = series;
    this.format = format;
    this.rolling = rolling;
  }

  @Override
  public PDone expand(PCollection<String> lines) {
    String name =
        "%s-%s-%04x"
            .formatted(
                prefix, LAUNCH.format(Instant.now()), ThreadLocalRandom.current().nextInt(0x10000));
    PutFiles put = new PutFiles(directory.toAbsolutePath().toString(), format);
    PCollection<KV<Integer, String>> inSeries =
        lines
            .apply("Series", MapElements.via(new Series(series)))
            .setCoder(KvCoder.of(VarIntCoder.of(), StringUtf8Coder.of()));
    PCollection<KV<String, String>> files;
    boolean stableInput = false;
    if (rolling instanceof Rolling.ByTime time) {
      files = inSeries.apply("Collect", ParDo.of(new Collect(name, time.every().toMillis())));
      stableInput = time.stableInput();
    } else {
      files =
          inSeries
              .apply(
                  "EachBatch",
                  Window.<KV<Integer, String>>configure()
                      .triggering(Repeatedly.forever(AfterPane.elementCountAtLeast(1)))
                      .withAllowedLateness(Duration.ZERO)
                      .discardingFiredPanes())
              .apply("Batch", GroupByKey.create())
              .apply("Join", ParDo.of(new Join(name)));
    }
    files
        .setCoder(KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of()))
        .apply("Put", ParDo.of(stableInput ? new PutStableFiles(put) : put));
    return PDone.in(lines.getPipeline());
  }

  private static final class Series extends SimpleFunction<String, KV<Integer, String>> {
    private final int series;

    Series(int series) {
      this.series = series;
    }

    // By the line itself: an engine that repeats a line must find it in the same series.
    @Override
    public KV<Integer, String> apply(String line) {
      return KV.of(Math.floorMod(line.hashCode(), series), line);
    }
  }

  private static final class Collect extends DoFn<KV<Integer, String>, KV<String, String>> {
    @StateId("lines")
    private final StateSpec<BagState<String>> linesSpec = StateSpecs.bag(StringUtf8Coder.of());

    @StateId("chars")
    private final StateSpec<ValueState<Long>> charsSpec = StateSpecs.value(VarLongCoder.of());

    @StateId("number")
    private final StateSpec<ValueState<Integer>> numberSpec = StateSpecs.value(VarIntCoder.of());

    // The key, which not every engine hands to a timer.
    @StateId("series")
    private final StateSpec<ValueState<Integer>> seriesSpec = StateSpecs.value(VarIntCoder.of());

    @TimerId("roll")
    private final TimerSpec rollSpec = TimerSpecs.timer(TimeDomain.PROCESSING_TIME);

    private final String name;
    private final long everyMillis;

    Collect(String name, long everyMillis) {
      this.name = name;
      this.everyMillis = everyMillis;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, String> line,
        @StateId("lines") BagState<String> lines,
        @StateId("chars") ValueState<Long> chars,
        @StateId("number") ValueState<Integer> number,
        @StateId("series") ValueState<Integer> series,
        @TimerId("roll") Timer roll,
        OutputReceiver<KV<String, String>> out) {
      Long before = chars.read();
      if (before == null) {
        series.write(line.getKey());
        roll.offset(Duration.millis(everyMillis)).setRelative();
      }
      lines.add(line.getValue());
      long now = (before == null ? 0 : before) + line.getValue().length() + 1;
      chars.write(now);
      if (now >= MAX_CHARS) {
        flush(lines, chars, number, series, out);
      }
    }

    @OnTimer("roll")
    public void roll(
        @StateId("lines") BagState<String> lines,
        @StateId("chars") ValueState<Long> chars,
        @StateId("number") ValueState<Integer> number,
        @StateId("series") ValueState<Integer> series,
        OutputReceiver<KV<String, String>> out) {
      // A file that was full before its time leaves nothing to do.
      if (chars.read() != null) {
        flush(lines, chars, number, series, out);
      }
    }

    private void flush(
        BagState<String> lines,
        ValueState<Long> chars,
        ValueState<Integer> number,
        ValueState<Integer> series,
        OutputReceiver<KV<String, String>> out) {
      StringBuilder text = new StringBuilder();
      lines.read().forEach(line -> text.append(line).append('\n'));
      Integer last = number.read();
      int next = last == null ? 0 : last + 1;
      number.write(next);
      lines.clear();
      chars.clear();
      out.output(KV.of(fileName(name, next, series.read()), text.toString()));
    }
  }

  private static String fileName(String name, long number, int series) {
    return "%s-%08d-%d".formatted(name, number, series);
  }

  private static final class Join extends DoFn<KV<Integer, Iterable<String>>, KV<String, String>> {
    private final String name;

    Join(String name) {
      this.name = name;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<String>> batch,
        PaneInfo pane,
        OutputReceiver<KV<String, String>> out) {
      // A repeated batch has its lines in another order, and must make the same file of them.
      String text =
          StreamSupport.stream(batch.getValue().spliterator(), false)
              .sorted()
              .map(line -> line + "\n")
              .collect(Collectors.joining());
      out.output(KV.of(fileName(name, pane.getIndex(), batch.getKey()), text));
    }
  }

  private static class PutFiles extends DoFn<KV<String, String>, Void> {
    private final String directory;
    private final ResultFormat format;

    PutFiles(String directory, ResultFormat format) {
      this.directory = directory;
      this.format = format;
    }

    @ProcessElement
    public void process(@Element KV<String, String> file) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      FileIO.Sink<String> sink = format.sink();
      sink.open(Channels.newChannel(bytes));
      for (String line : file.getValue().split("\n", -1)) {
        // The text ends with a line break.
        if (!line.isEmpty()) {
          sink.write(line);
        }
      }
      sink.flush();
      WholeFile.put(Path.of(directory), file.getKey(), format.suffix(), bytes.toByteArray());
    }
  }

  private static final class PutStableFiles extends DoFn<KV<String, String>, Void> {
    private final PutFiles put;

    PutStableFiles(PutFiles put) {
      this.put = put;
    }

    @RequiresStableInput
    @ProcessElement
    public void process(@Element KV<String, String> file) throws IOException {
      put.process(file);
    }
  }
}
