package dev.braid.cleaning;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TextRepairTest {
  @Test
  void runsOfBlanksBecomeOneSpaceAndRunsOfLineBreaksOneLine() {
    assertThat(TextRepair.repair(" \t bearing \u00a0 noise\r\n\r\n  at feed \u3000 end \n"))
        .isEqualTo("bearing noise\nat feed end");
  }

  @Test
  void controlAndFormattingCharactersVanish() {
    assertThat(TextRepair.repair("\ufeffoil\u0000 leak\u200b\u001b[31m!"))
        .isEqualTo("oil leak[31m!");
  }

  @Test
  void lettersAreComposed() {
    assertThat(TextRepair.repair("La\u0308rm")).isEqualTo("L\u00e4rm");
  }

  @Test
  void halvesOfSurrogatePairsVanishAndPairsStay() {
    assertThat(TextRepair.repair("a\ud83db\ude00c\ud83d\ude00")).isEqualTo("abc\ud83d\ude00");
  }

  @Test
  void joinersThatCarryMeaningStay() {
    assertThat(TextRepair.repair("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"))
        .isEqualTo("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645");
  }

  @Property(tries = 2_000)
  void repairedTextIsWellFormedAndStaysAsItIs(@ForAll String text) {
    String repaired = TextRepair.repair(text);

    assertThat(TextRepair.isWellFormed(repaired)).isTrue();
    assertThat(TextRepair.repair(repaired)).isEqualTo(repaired);
  }
}
