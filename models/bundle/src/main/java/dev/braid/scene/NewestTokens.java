package dev.braid.scene;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The tokens of one modality that a scene, or a part of one, keeps by the rule of {@link
 * TokenOrder}, however many are added: at most as many as the cap. In whatever order tokens and
 * parts are added, the outcome is the same. Two of one id and time are one observation, by
 * whichever encoders each was encoded. Not safe for several threads.
 */
public final class NewestTokens {
  private static final Comparator<Token> ORDER =
      Comparator.comparing(Token::time).thenComparing(Token::id);

  private final int cap;
  private final ArrayList<Token> kept;
  private long given;
  private boolean full;

  /**
   * With nothing in it.
   *
   * @param cap tokens to keep at most, 1 or more
   */
  public NewestTokens(int cap) {
    this(cap, List.of(), 0, false);
  }

  private NewestTokens(int cap, List<Token> kept, long given, boolean full) {
    if (cap < 1) {
      throw new IllegalArgumentException("cap must be 1 or more, but was: " + cap);
    }
    this.cap = cap;
    this.kept = new ArrayList<>(kept);
    this.given = given;
    this.full = full;
  }

  /** As {@link #kept}, {@link #given} and {@link #overflowed} said of another one. */
  public static NewestTokens of(int cap, List<Token> kept, long given, boolean overflowed) {
    return new NewestTokens(cap, kept, given, overflowed);
  }

  /** Another one with the same in it. */
  public NewestTokens copy() {
    return new NewestTokens(cap, kept, given, full);
  }

  /** Adds one token. */
  public void add(Token token) {
    given++;
    keep(token);
  }

  /** Adds all that was added to another one with the same cap, which stays as it is. */
  public void add(NewestTokens part) {
    given += part.given;
    full |= part.full;
    // The latest first: when there is room for no more, the earlier ones cost a comparison each.
    for (int i = part.kept.size() - 1; i >= 0; i--) {
      Token token = part.kept.get(i);
      if (full && kept.size() == cap && ORDER.compare(token, kept.get(0)) < 0) {
        return;
      }
      keep(token);
    }
  }

  private void keep(Token token) {
    if (full && kept.size() == cap && ORDER.compare(token, kept.get(0)) < 0) {
      return; // Whatever its id: one that is kept with it is later, or was.
    }
    for (int i = 0; i < kept.size(); i++) {
      if (kept.get(i).id().equals(token.id())) {
        int order = kept.get(i).time().compareTo(token.time());
        if (order == 0) {
          kept.set(i, kept.get(i).and(token));
        } else if (order < 0) {
          kept.remove(i);
          insert(token);
        }
        return;
      }
    }
    insert(token);
    if (kept.size() > cap) {
      kept.remove(0);
      full = true;
    }
  }

  private void insert(Token token) {
    int at = kept.size();
    while (at > 0 && ORDER.compare(kept.get(at - 1), token) > 0) {
      at--;
    }
    kept.add(at, token);
  }

  /** What is kept, in the order of time and then id. */
  public List<Token> kept() {
    return List.copyOf(kept);
  }

  /** Tokens that are kept at most. */
  public int cap() {
    return cap;
  }

  /** How many tokens were added, whatever became of them. */
  public long given() {
    return given;
  }

  /** Whether more tokens of different ids were added than the cap allows. */
  public boolean overflowed() {
    return full;
  }

  /**
   * How many were left out because another one bears their id; 0 if the cap left out any, since
   * nobody remembers the ids of those.
   */
  public long duplicates() {
    return full ? 0 : given - kept.size();
  }

  /** How many were left out because of the cap, the duplicates among them included. */
  public long leftOut() {
    return full ? given - kept.size() : 0;
  }
}
