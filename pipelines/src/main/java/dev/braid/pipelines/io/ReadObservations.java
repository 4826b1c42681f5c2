package dev.braid.pipelines.io;

import dev.braid.transforms.observation.DeadLetter;
import dev.braid.transforms.observation.Received;
import dev.braid.transforms.observation.ReceivedCoder;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Reads the lines of all files of observations, plain and gzip, but for blank ones. Of a compressed
 * file that is cut short all lines before the damage are read, and the file is a failure.
 *
 * <p>A file is read in order and handed on in blocks of lines, so that its lines are worked on in
 * parallel even where it cannot be split.
 */
public final class ReadObservations
    extends PTransform<PBegin, WithFailures.Result<PCollection<Received>, BadRecord>> {
  private static final String STEP = "ReadObservations";
  private static final TupleTag<byte[]> BLOCKS = new TupleTag<>("blocks");
  private static final TupleTag<BadRecord> DAMAGED = new TupleTag<>("damaged");

  private final ObservationFiles input;

  private ReadObservations(ObservationFiles input) {
    this.input = input;
  }

  /** Reads these files, on paths that every worker sees. */
  public static ReadObservations from(ObservationFiles input) {
    return new ReadObservations(input);
  }

  @Override
  public WithFailures.Result<PCollection<Received>, BadRecord> expand(PBegin begin) {
    PCollectionTuple read =
        begin
            .apply(
                "Files",
                Create.of(input.files().stream().map(Path::toString).toList())
                    .withCoder(StringUtf8Coder.of()))
            .apply("SpreadFiles", Reshuffle.viaRandomKey())
            .apply(
                "ReadBlocks",
                ParDo.of(new ReadBlocks(input.root().toString()))
                    .withOutputTags(BLOCKS, TupleTagList.of(DAMAGED)));
    PCollection<Received> lines =
        read.get(BLOCKS)
            .setCoder(ByteArrayCoder.of())
            .apply("SpreadBlocks", Reshuffle.viaRandomKey())
            .apply("Lines", ParDo.of(new SplitBlock()))
            .setCoder(ReceivedCoder.of());
    return WithFailures.Result.of(
        lines, read.get(DAMAGED).setCoder(BadRecord.getCoder(begin.getPipeline())));
  }

  private static final class ReadBlocks extends DoFn<String, byte[]> {
    private final String root;

    ReadBlocks(String root) {
      this.root = root;
    }

    @ProcessElement
    public void process(@Element String file, MultiOutputReceiver out) throws IOException {
      Path path = Path.of(file);
      LineBlocks.read(
          path,
          new LineBlocks.Receiver() {
            @Override
            public void block(byte[] lines) {
              out.get(BLOCKS).output(lines);
            }

            @Override
            public void damaged(long lines, String reason) {
              String name = Path.of(root).relativize(path).toString();
              out.get(DAMAGED)
                  .output(
                      DeadLetter.of(
                              STEP,
                              null,
                              null,
                              null,
                              "%s: %s; %d lines before that were read"
                                  .formatted(name, reason, lines),
                              null,
                              name)
                          .toBadRecord());
            }
          });
    }
  }

  private static final class SplitBlock extends DoFn<byte[], Received> {
    @ProcessElement
    public void process(@Element byte[] block, OutputReceiver<Received> out) {
      LineBlocks.lines(block).forEach(line -> out.output(Received.of(line, null)));
    }
  }
}
