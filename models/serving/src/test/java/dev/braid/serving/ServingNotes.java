package dev.braid.serving;

import java.util.ArrayList;
import java.util.List;

/** Notes what a model did. */
final class ServingNotes implements CallObserver {
  final List<Integer> batches = new ArrayList<>();
  final List<Integer> splits = new ArrayList<>();
  final List<Integer> failed = new ArrayList<>();
  long elements;
  long padding;
  int waits;

  @Override
  public void waited(long nanos) {
    waits++;
  }

  @Override
  public void ran(int rows, long own, long padded, long nanos) {
    batches.add(rows);
    elements += own;
    padding += padded;
  }

  @Override
  public void failed(int rows) {
    failed.add(rows);
  }

  @Override
  public void split(int rows) {
    splits.add(rows);
  }
}
