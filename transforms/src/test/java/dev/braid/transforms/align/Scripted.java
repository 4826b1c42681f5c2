package dev.braid.transforms.align;

import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.featurize.EmbeddingCoder;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stream that goes on when its test says so, in real time, on any engine that runs in this JVM.
 * Its elements and watermarks come in the order in which they were given.
 */
final class Scripted extends UnboundedSource<Embedding, Scripted.Mark> {
  private static final long serialVersionUID = 1L;
  private static final Map<String, List<Step>> SCRIPTS = new ConcurrentHashMap<>();

  private final String key = UUID.randomUUID().toString();

  /** An element, or the watermark that the stream has from here. */
  private record Step(@Nullable TimestampedValue<Embedding> element, @Nullable Instant watermark) {}

  /** How far a reader has come. */
  record Mark(int position, long watermark) implements CheckpointMark, Serializable {
    @Override
    public void finalizeCheckpoint() {}
  }

  Scripted() {
    SCRIPTS.put(key, new CopyOnWriteArrayList<>());
  }

  private List<Step> script() {
    List<Step> script = SCRIPTS.get(key);
    if (script == null) {
      throw new IllegalStateException("not in the JVM of its test");
    }
    return script;
  }

  void add(TimestampedValue<Embedding> element) {
    script().add(new Step(element, null));
  }

  void watermark(Instant watermark) {
    script().add(new Step(null, watermark));
  }

  void end() {
    watermark(BoundedWindow.TIMESTAMP_MAX_VALUE);
  }

  @Override
  public List<Scripted> split(int desired, PipelineOptions options) {
    return List.of(this);
  }

  @Override
  public UnboundedReader<Embedding> createReader(PipelineOptions options, @Nullable Mark mark) {
    return new Reader(this, mark);
  }

  @Override
  public Coder<Mark> getCheckpointMarkCoder() {
    return SerializableCoder.of(Mark.class);
  }

  @Override
  public Coder<Embedding> getOutputCoder() {
    return EmbeddingCoder.of();
  }

  private static final class Reader extends UnboundedReader<Embedding> {
    private final Scripted source;
    private int position;
    private Instant watermark;
    private @Nullable TimestampedValue<Embedding> current;

    Reader(Scripted source, @Nullable Mark mark) {
      this.source = source;
      this.position = mark == null ? 0 : mark.position();
      this.watermark =
          mark == null ? BoundedWindow.TIMESTAMP_MIN_VALUE : Instant.ofEpochMilli(mark.watermark());
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      List<Step> script = source.script();
      while (position < script.size()) {
        Step step = script.get(position++);
        if (step.watermark() != null) {
          watermark = step.watermark();
        } else {
          current = step.element();
          return true;
        }
      }
      return false;
    }

    @Override
    public Embedding getCurrent() {
      return now().getValue();
    }

    @Override
    public Instant getCurrentTimestamp() {
      return now().getTimestamp();
    }

    private TimestampedValue<Embedding> now() {
      if (current == null) {
        throw new NoSuchElementException();
      }
      return current;
    }

    @Override
    public Instant getWatermark() {
      return watermark;
    }

    @Override
    public Mark getCheckpointMark() {
      return new Mark(position, watermark.getMillis());
    }

    @Override
    public Scripted getCurrentSource() {
      return source;
    }

    @Override
    public void close() {}
  }
}
