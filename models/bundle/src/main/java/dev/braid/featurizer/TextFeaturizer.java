package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cn.smart.SmartChineseAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * TF-IDF: the terms of a text as ids into a vocabulary, with weights (1 + ln tf) x idf scaled to
 * unit length (Manning, Raghavan, Schütze, Introduction to Information Retrieval, 2008, section
 * 6.4). Of a long text the {@value #MAX_TERMS} heaviest terms are kept.
 */
public final class TextFeaturizer implements Featurizer {
  /** Terms of one text, at most. */
  static final int MAX_TERMS = 256;

  static final int MAX_VOCABULARY = 20_000;

  private static final List<TensorSpec> INPUTS =
      List.of(
          TensorSpec.longs("terms", TensorSpec.ANY), TensorSpec.floats("weights", TensorSpec.ANY));

  private final Analyzer analyzer;
  private final State state;
  private final Map<String, Integer> ids;

  /**
   * The fitted vocabulary.
   *
   * @param idf one weight a term
   */
  public record State(List<String> terms, float[] idf) {}

  private record Term(int id, float weight) {}

  private static final Comparator<Term> HEAVIEST_FIRST =
      (a, b) -> a.weight != b.weight ? Float.compare(b.weight, a.weight) : a.id - b.id;

  TextFeaturizer(ModalitySpec.Text spec, State state) {
    this(analyzer(spec), state);
  }

  private TextFeaturizer(Analyzer analyzer, State state) {
    this.analyzer = analyzer;
    this.state = state;
    this.ids = new HashMap<>();
    for (String term : state.terms()) {
      ids.put(term, ids.size());
    }
    if (state.idf().length != ids.size()) {
      throw new IllegalArgumentException(
          "a vocabulary needs one weight a term, but had %d weights for %d terms"
              .formatted(state.idf().length, ids.size()));
    }
  }

  /**
   * A featurizer of the same texts that knows only some of the terms.
   *
   * @param terms ids into this vocabulary; their order is the new one's
   */
  public TextFeaturizer keeping(int[] terms) {
    List<String> names = new ArrayList<>();
    float[] idf = new float[terms.length];
    for (int i = 0; i < terms.length; i++) {
      names.add(state.terms().get(terms[i]));
      idf[i] = state.idf()[terms[i]];
    }
    return new TextFeaturizer(analyzer, new State(names, idf));
  }

  /** Terms in the vocabulary. */
  public int vocabularySize() {
    return ids.size();
  }

  @Override
  public List<TensorSpec> inputs() {
    return INPUTS;
  }

  @Override
  public TensorRow featurize(Payload payload) throws InvalidObservationException {
    List<Term> terms = new ArrayList<>();
    counts(analyzer, text(payload))
        .forEach(
            (term, count) -> {
              Integer id = ids.get(term);
              if (id != null) {
                terms.add(new Term(id, (float) (1 + Math.log(count)) * state.idf()[id]));
              }
            });
    terms.sort(HEAVIEST_FIRST);
    if (terms.size() > MAX_TERMS) {
      terms.subList(MAX_TERMS, terms.size()).clear();
    }
    if (terms.isEmpty()) {
      // Every row has a term; one of weight 0 says nothing.
      return TensorRow.of(new long[1], new float[1]);
    }
    double squares = 0;
    for (Term term : terms) {
      squares += (double) term.weight() * term.weight();
    }
    double norm = Math.sqrt(squares);
    long[] rowIds = new long[terms.size()];
    float[] weights = new float[terms.size()];
    for (int i = 0; i < rowIds.length; i++) {
      rowIds[i] = terms.get(i).id();
      weights[i] = (float) (terms.get(i).weight() / norm);
    }
    return TensorRow.of(rowIds, weights);
  }

  @Override
  public State state() {
    return state;
  }

  static String text(Payload payload) throws InvalidObservationException {
    return PayloadKinds.require(payload, Payload.Text.class, "'text'").text();
  }

  static Analyzer analyzer(ModalitySpec.Text spec) {
    String language = spec.language();
    if ("en".equals(language)) {
      return new EnglishAnalyzer();
    }
    return "zh".equals(language) ? new SmartChineseAnalyzer() : new StandardAnalyzer();
  }

  static Map<String, Integer> counts(Analyzer analyzer, String text) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    try (TokenStream stream = analyzer.tokenStream("text", text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        counts.merge(term.toString(), 1, Integer::sum);
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counts;
  }
}
