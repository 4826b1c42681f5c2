package dev.braid.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What holds when, as coloured bands on one time axis: rows of a few lanes each, such as one row
 * for every machine with a lane for the truth and one for the prediction.
 *
 * @param rows names, from top to bottom
 * @param lanes names, from top to bottom in every row
 * @param colours of each kind of span, in the order of the legend; anything that CSS knows
 * @param spans at most one at a time in a lane; where there is none, the lane is empty
 */
public record Bands(
    List<String> rows, List<String> lanes, Map<String, String> colours, List<Span> spans) {
  private static final int LANE = 15;
  private static final int ROW_GAP = 12;
  private static final int AROUND = 58;

  /**
   * One stretch of one lane.
   *
   * @param row the index of the row
   * @param lane the index of the lane
   * @param begin inclusive
   * @param end exclusive
   * @param note what a reader who points at it sees beside its kind
   */
  public record Span(int row, int lane, Instant begin, Instant end, String kind, String note) {}

  /**
   * @throws IllegalArgumentException if a span is of no row, lane or kind
   */
  public Bands {
    rows = List.copyOf(rows);
    lanes = List.copyOf(lanes);
    colours = new LinkedHashMap<>(colours);
    spans = List.copyOf(spans);
    for (Span span : spans) {
      if (span.row() < 0
          || span.row() >= rows.size()
          || span.lane() < 0
          || span.lane() >= lanes.size()
          || !colours.containsKey(span.kind())) {
        throw new IllegalArgumentException("no row, lane or kind for " + span);
      }
    }
  }

  /** In pixels. */
  int height() {
    return AROUND + rows.size() * (lanes.size() * LANE + ROW_GAP);
  }

  /** As the page's script takes them. */
  Map<String, Object> toData() {
    List<Object> all = new ArrayList<>();
    for (Span span : spans) {
      all.add(
          List.of(
              span.row(),
              span.lane(),
              span.begin().toEpochMilli(),
              span.end().toEpochMilli(),
              span.kind(),
              span.note()));
    }
    return Map.of("rows", rows, "lanes", lanes, "colours", colours, "spans", all);
  }
}
