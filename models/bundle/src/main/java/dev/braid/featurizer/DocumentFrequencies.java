package dev.braid.featurizer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts in how many documents a term stands. Mergeable, so that parts of a corpus can be counted
 * apart; not safe for several threads.
 */
public final class DocumentFrequencies {
  private final Map<String, Long> counts = new HashMap<>();
  private long documents;

  /** Counts one document by its distinct terms. */
  public void add(Set<String> terms) {
    documents++;
    for (String term : terms) {
      counts.merge(term, 1L, Long::sum);
    }
  }

  /** Adds the counts of another part of the corpus. */
  public void merge(DocumentFrequencies other) {
    documents += other.documents;
    other.counts.forEach((term, count) -> counts.merge(term, count, Long::sum));
  }

  /** Documents that were counted. */
  public long documents() {
    return documents;
  }

  /**
   * The vocabulary: the {@code maxTerms} terms that stand in most documents, but in at least {@code
   * minDocuments} and, from 20 documents on, at most half of them; ties in the order of the
   * alphabet. The weight is the smoothed inverse document frequency ln((1 + n) / (1 + df)) + 1.
   */
  TextFeaturizer.State vocabulary(int maxTerms, int minDocuments) {
    List<Map.Entry<String, Long>> kept =
        counts.entrySet().stream()
            .filter(e -> e.getValue() >= minDocuments)
            .filter(e -> documents < 20 || e.getValue() <= documents / 2)
            .sorted(
                Comparator.comparing((Map.Entry<String, Long> e) -> -e.getValue())
                    .thenComparing(Map.Entry::getKey))
            .limit(maxTerms)
            .toList();
    float[] idf = new float[kept.size()];
    for (int i = 0; i < idf.length; i++) {
      idf[i] = (float) (StrictMath.log((1.0 + documents) / (1.0 + kept.get(i).getValue())) + 1.0);
    }
    return new TextFeaturizer.State(kept.stream().map(Map.Entry::getKey).toList(), idf);
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(documents);
    TextCounts.write(counts, out);
  }

  static DocumentFrequencies read(DataInput in) throws IOException {
    DocumentFrequencies frequencies = new DocumentFrequencies();
    frequencies.documents = in.readLong();
    TextCounts.read(in, frequencies.counts);
    return frequencies;
  }
}
