package dev.braid.pipelines.io.parquet;

import dev.braid.pipelines.io.PredictionJson;
import dev.braid.transforms.fuse.Prediction;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import org.apache.beam.sdk.io.FileIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.RecordConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines of {@link PredictionJson} as the rows of one Parquet file, with the columns of
 * {@link PredictionSchema} and compressed by Snappy.
 */
public final class ParquetPredictions implements FileIO.Sink<String> {
  private static final long serialVersionUID = 1L;

  private transient @Nullable ParquetWriter<Prediction> writer;

  @Override
  public void open(WritableByteChannel channel) throws IOException {
    writer =
        new Builder(new ChannelFile(channel))
            .withConf(new PlainParquetConfiguration())
            .withCodecFactory(new SnappyPages())
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .build();
  }

  @Override
  public void write(String line) throws IOException {
    opened().write(PredictionJson.parse(line));
  }

  /** Writes the footer; the channel stays open. */
  @Override
  public void flush() throws IOException {
    opened().close();
    writer = null;
  }

  private ParquetWriter<Prediction> opened() {
    if (writer == null) {
      throw new IllegalStateException("the file is not open");
    }
    return writer;
  }

  private static final class Builder extends ParquetWriter.Builder<Prediction, Builder> {
    Builder(OutputFile file) {
      super(file);
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<Prediction> getWriteSupport(ParquetConfiguration configuration) {
      return new Rows();
    }

    @Override
    protected WriteSupport<Prediction> getWriteSupport(Configuration configuration) {
      throw new UnsupportedOperationException("there is no Hadoop here");
    }
  }

  private static final class Rows extends WriteSupport<Prediction> {
    private @Nullable PredictionSchema schema;

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
      return new WriteContext(PredictionSchema.SCHEMA, Map.of());
    }

    @Override
    public WriteContext init(Configuration configuration) {
      throw new UnsupportedOperationException("there is no Hadoop here");
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
      schema = new PredictionSchema(consumer);
    }

    @Override
    public void write(Prediction prediction) {
      if (schema == null) {
        throw new IllegalStateException("rows come after their consumer");
      }
      schema.write(prediction);
    }
  }

  /** A file of which only the end is known. */
  private record ChannelFile(WritableByteChannel channel) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSize) {
      OutputStream out = Channels.newOutputStream(channel);
      return new PositionOutputStream() {
        private long position;

        @Override
        public long getPos() {
          return position;
        }

        @Override
        public void write(int b) throws IOException {
          out.write(b);
          position++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          out.write(bytes, offset, length);
          position += length;
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) {
      return create(blockSize);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}
