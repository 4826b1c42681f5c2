package dev.braid.bench;

import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;

/** Makes the rows of a block: all rows of the net, which lie in memory. */
final class Unfold<T> extends DoFn<Integer, T> {
  private static final long serialVersionUID = 1L;

  private final Net net;

  Unfold(Net net) {
    this.net = net;
  }

  @ProcessElement
  public void process(OutputReceiver<T> out) {
    List<T> rows = Pool.rows(net);
    for (int i = 0; i < rows.size(); i++) {
      out.output(rows.get(i));
    }
  }
}
