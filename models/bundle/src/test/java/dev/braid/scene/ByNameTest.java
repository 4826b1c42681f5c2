package dev.braid.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ByNameTest {
  private static final List<String> NAMES = List.of("normal", "leak");

  @Test
  void valuesAreInTheOrderOfTheNames() {
    assertThat(ByName.of(NAMES, new float[] {0.25f, 0.75f}))
        .containsExactly(entry("normal", 0.25f), entry("leak", 0.75f));
  }

  @Test
  void itEqualsEveryMapOfTheSameEntries() {
    Map<String, Float> shares = ByName.of(NAMES, new float[] {0.25f, 0.75f});
    Map<String, Float> other = new LinkedHashMap<>(shares);

    assertThat(shares).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(other).isEqualTo(shares);
    assertThat(shares).isNotEqualTo(ByName.of(NAMES, new float[] {0.75f, 0.25f}));
  }

  @Test
  void aNameThatItDoesNotHaveHasNoValue() {
    Map<String, String> values = ByName.of(NAMES, new String[] {"a", "b"});

    assertThat(values.get("leak")).isEqualTo("b");
    assertThat(values.get("bearing_fault")).isNull();
    assertThat(values.containsKey("bearing_fault")).isFalse();
    assertThat(values.getOrDefault("bearing_fault", "c")).isEqualTo("c");
    assertThat(values).hasSize(2);
  }

  @Test
  void itCannotBeWrittenTo() {
    Map<String, Float> shares = ByName.of(NAMES, new float[] {0.25f, 0.75f});

    assertThatThrownBy(() -> shares.put("leak", 1f))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(shares::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void eachNameNeedsAValue() {
    assertThatThrownBy(() -> ByName.of(NAMES, new float[] {1f}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("each of [normal, leak] needs a value, but there were: 1");
  }
}
