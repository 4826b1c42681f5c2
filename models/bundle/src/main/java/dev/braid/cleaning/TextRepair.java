package dev.braid.cleaning;

import java.text.Normalizer;

/**
 * Repairs noise in text: Unicode NFC, one space for every run of blanks, no control or formatting
 * characters, and no halves of surrogate pairs. Lines stay apart, because a log's lines do.
 */
final class TextRepair {
  private TextRepair() {}

  static String repair(String text) {
    StringBuilder repaired = new StringBuilder(text.length());
    int breaks = 0;
    boolean blank = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == '\n' || c == '\r' || c == '\u2028' || c == '\u2029') {
        breaks++;
      } else if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        blank = true;
      } else if (isKept(c)) {
        if (breaks > 0 && repaired.length() > 0) {
          repaired.append('\n');
        } else if (blank && repaired.length() > 0) {
          repaired.append(' ');
        }
        breaks = 0;
        blank = false;
        repaired.appendCodePoint(c);
      }
    }
    return Normalizer.normalize(repaired, Normalizer.Form.NFC);
  }

  /** Whether every half of a surrogate pair stands beside its other half. */
  static boolean isWellFormed(String text) {
    return text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE);
  }

  private static boolean isKept(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED -> false;
      // Joiners carry meaning in Indic scripts, in Persian and in emoji.
      case Character.FORMAT -> c == '\u200c' || c == '\u200d';
      default -> true;
    };
  }
}
