package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.lucene.analysis.Analyzer;

/** In how many texts each term stands. */
final class TextStatistics implements Statistics {
  /** From that many texts on, a term of one text alone is no term. */
  private static final int MANY = 100;

  private final ModalitySpec.Text spec;
  private final Analyzer analyzer;
  private DocumentFrequencies frequencies = new DocumentFrequencies();

  TextStatistics(ModalitySpec.Text spec) {
    this.spec = spec;
    this.analyzer = TextFeaturizer.analyzer(spec);
  }

  @Override
  public void add(Payload payload) throws InvalidObservationException {
    String text = TextFeaturizer.text(payload);
    frequencies.add(TextFeaturizer.counts(analyzer, text).keySet());
  }

  @Override
  public void merge(Statistics other) {
    frequencies.merge(((TextStatistics) other).frequencies);
  }

  @Override
  public TextFeaturizer featurizer() {
    int least = frequencies.documents() < MANY ? 1 : 2;
    return new TextFeaturizer(spec, frequencies.vocabulary(TextFeaturizer.MAX_VOCABULARY, least));
  }

  @Override
  public void write(DataOutput out) throws IOException {
    frequencies.write(out);
  }

  @Override
  public void read(DataInput in) throws IOException {
    frequencies = DocumentFrequencies.read(in);
  }
}
