package dev.braid.bench;

import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;

/** Makes the rows of a block: all rows of the net, which lie in memory. */
final class Unfold<T> extends DoFn<Integer, T> {
  private static final long serialVersionUID = 1L;

  private final Net net;
  private final boolean drops;

  /**
   * @param drops whether blocks that come when the run is over are empty
   */
  Unfold(Net net, boolean drops) {
    this.net = net;
    this.drops = drops;
  }

  @ProcessElement
  public void process(ProcessContext context) {
    if (drops && Meter.current().isOver()) {
      return;
    }
    List<T> rows = Pool.rows(net);
    for (int i = 0; i < rows.size(); i++) {
      context.output(rows.get(i));
    }
  }
}
