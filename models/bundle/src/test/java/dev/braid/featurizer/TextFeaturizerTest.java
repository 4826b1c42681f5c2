package dev.braid.featurizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class TextFeaturizerTest {
  private static final ModalitySpec.Text ANY = new ModalitySpec.Text("any", null);

  @Test
  void weightsAreThoseOfTfIdfByHand() throws Exception {
    TextFeaturizer featurizer = fit(ANY, "oil leak", "oil hot", "oil oil pump leak");
    // Documents: oil 3, leak 2, hot 1, pump 1 of 3; idf = ln(4 / (1 + df)) + 1.
    assertThat(featurizer.state().terms()).containsExactly("oil", "leak", "hot", "pump");
    double oil = Math.log(4.0 / 4) + 1;
    double leak = Math.log(4.0 / 3) + 1;
    double hot = Math.log(4.0 / 2) + 1;
    assertClose(featurizer.state().idf(), oil, leak, hot, hot);

    // "leak leak hot valve": tf = 1 + ln 2 and 1; valve is not in the vocabulary.
    double leaks = (1 + Math.log(2)) * leak;
    double norm = Math.sqrt(leaks * leaks + hot * hot);
    TensorRow row = featurizer.featurize(text("Leak leak HOT valve"));
    assertThat(row.longs(0)).containsExactly(1, 2);
    assertClose(row.floats(1), leaks / norm, hot / norm);
    row.check(sameLength(featurizer, row));
  }

  @Test
  void aSmallerVocabularyKeepsItsTermsAndTheirWeights() throws Exception {
    TextFeaturizer all = fit(ANY, "oil leak", "oil hot", "oil oil pump leak");
    TextFeaturizer few = all.keeping(new int[] {3, 1});
    assertThat(few.state().terms()).containsExactly("pump", "leak");
    assertThat(few.state().idf()).containsExactly(all.state().idf()[3], all.state().idf()[1]);
    assertThat(few.featurize(text("hot oil leak")).longs(0)).containsExactly(1);
    assertThat(few.featurize(text("hot oil leak")).floats(1)).containsExactly(1f);
  }

  @Test
  void aTextWithoutAKnownTermIsOneTermOfNoWeight() throws Exception {
    TextFeaturizer featurizer = fit(ANY, "oil leak");
    for (String nothing : List.of("", " ", "valve", "!?")) {
      TensorRow row = featurizer.featurize(text(nothing));
      assertThat(row.longs(0)).containsExactly(0);
      assertThat(row.floats(1)).containsExactly(0f);
    }
  }

  @Test
  void onlyThe256HeaviestTermsOfALongTextAreKept() throws Exception {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      words.add("w" + i);
    }
    TextFeaturizer featurizer = fit(ANY, String.join(" ", words), "rare");
    TensorRow row = featurizer.featurize(text("rare " + String.join(" ", words) + " w299"));
    assertThat(row.longs(0)).hasSize(256);
    assertThat(row.floats(1)[0]).isGreaterThan(row.floats(1)[1]);
    long[] ids = row.longs(0);
    assertThat(featurizer.state().terms().get((int) ids[0])).isEqualTo("w299");
    assertThat(Arrays.stream(ids).distinct().count()).isEqualTo(256);
  }

  @Test
  void englishIsStemmedAndItsStopWordsAreDropped() throws Exception {
    TextFeaturizer featurizer = fit(new ModalitySpec.Text("en", null), "The pumps are leaking");
    assertThat(featurizer.state().terms()).containsExactly("leak", "pump");
    assertThat(featurizer.featurize(text("a pump that leaks")).longs(0))
        .containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void chineseIsCutIntoWords() throws Exception {
    TextFeaturizer featurizer = fit(new ModalitySpec.Text("zh", null), "我是中国人");
    assertThat(featurizer.state().terms()).contains("中国");
  }

  @Test
  void aTermInMoreThanHalfOfManyDocumentsIsLeftOut() {
    DocumentFrequencies frequencies = new DocumentFrequencies();
    for (int i = 0; i < 20; i++) {
      frequencies.add(
          i < 10 ? Set.of("half", "all") : i < 11 ? Set.of("once", "all") : Set.of("all"));
    }
    assertThat(frequencies.vocabulary(10, 1).terms()).containsExactly("half", "once");
    assertThat(frequencies.vocabulary(10, 2).terms()).containsExactly("half");
    assertThat(frequencies.vocabulary(1, 1).terms()).containsExactly("half");
  }

  @Test
  void partsOfACorpusCountedApartAreTheWhole() {
    DocumentFrequencies whole = new DocumentFrequencies();
    DocumentFrequencies left = new DocumentFrequencies();
    DocumentFrequencies right = new DocumentFrequencies();
    List<Set<String>> documents =
        List.of(Set.of("b", "a"), Set.of("a"), Set.of("c", "a"), Set.of());
    for (int i = 0; i < documents.size(); i++) {
      whole.add(documents.get(i));
      (i < 1 ? left : right).add(documents.get(i));
    }
    left.merge(right);
    TextFeaturizer.State merged = left.vocabulary(10, 1);
    assertThat(merged.terms()).isEqualTo(List.of("a", "b", "c"));
    assertThat(merged.terms()).isEqualTo(whole.vocabulary(10, 1).terms());
    assertThat(merged.idf()).isEqualTo(whole.vocabulary(10, 1).idf());
  }

  @Test
  void aStateThatDoesNotFitItselfIsRefused() {
    assertThatThrownBy(
            () ->
                new TextFeaturizer(
                    ANY, new TextFeaturizer.State(List.of("a", "b"), new float[] {1})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a vocabulary needs one weight a term, but had 1 weights for 2 terms");
    assertThatThrownBy(
            () ->
                new TextFeaturizer(
                    ANY, new TextFeaturizer.State(List.of("a", "a"), new float[] {1, 1})))
        .hasMessage("a vocabulary needs one weight a term, but had 2 weights for 1 terms");
  }

  @Test
  void anotherPayloadIsRefused() throws Exception {
    TextFeaturizer featurizer = fit(ANY, "oil");
    assertThatThrownBy(() -> featurizer.featurize(new Payload.Blob(new byte[1], "image/png")))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("needs 'text', but the observation holds 'base64'");
  }

  @Property(tries = 300)
  void anyTextGivesARowOfUnitLengthInEveryLanguage(@ForAll String text) throws Exception {
    for (String language : List.of("any", "en", "zh")) {
      TextFeaturizer featurizer = fit(new ModalitySpec.Text(language, null), text, "oil 油");
      TensorRow row = featurizer.featurize(text(text));
      assertThat(row.longs(0)).hasSameSizeAs(row.floats(1)).hasSizeBetween(1, 256);
      double length = 0;
      for (float weight : row.floats(1)) {
        length += weight * weight;
      }
      assertThat(length == 0 || Math.abs(length - 1) < 1e-5).isTrue();
    }
  }

  private static List<dev.braid.tensor.TensorSpec> sameLength(
      Featurizer featurizer, TensorRow row) {
    assertThat(row.length(0)).isEqualTo(row.length(1));
    return featurizer.inputs();
  }

  private static TextFeaturizer fit(ModalitySpec.Text spec, String... texts)
      throws InvalidObservationException {
    return (TextFeaturizer)
        Featurizers.fit(spec, Arrays.stream(texts).<Payload>map(TextFeaturizerTest::text).toList());
  }

  private static Payload text(String text) {
    return new Payload.Text(text, "text/plain");
  }

  private static void assertClose(float[] actual, double... expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-6));
    }
  }
}
