package dev.braid.bench.baseline;

import dev.braid.bundle.Bundle;
import dev.braid.tensor.TensorRow;
import java.nio.file.Path;
import org.apache.beam.sdk.transforms.DoFn;
import org.jspecify.annotations.Nullable;

/** What a first Beam pipeline with a model looks like: a session for each DoFn, a call a row. */
public final class RowByRow<T> extends DoFn<T, float[]> {
  private static final long serialVersionUID = 1L;

  private final String directory;
  private final boolean fusion;
  private transient @Nullable OnnxSession session;
  private transient OnnxSession.Batch batch;
  private transient RowMaker<T> maker;

  /**
   * @param fusion whether the rows are scenes
   */
  public RowByRow(Path directory, boolean fusion) {
    this.directory = directory.toString();
    this.fusion = fusion;
  }

  @Setup
  public void setup() {
    Path path = Path.of(directory);
    Bundle bundle = Bundle.open(path);
    OnnxSession opened = new OnnxSession(path, RowMaker.model(bundle, fusion));
    session = opened;
    batch = opened.batch(1);
    maker = RowMaker.of(bundle, fusion);
  }

  @ProcessElement
  public void process(@Element T element, OutputReceiver<float[]> out) {
    TensorRow row = maker.row(element);
    batch.add(row);
    out.output(batch.run()[0][0]);
  }

  @Teardown
  public void teardown() {
    if (session != null) {
      session.close();
      session = null;
    }
  }
}
