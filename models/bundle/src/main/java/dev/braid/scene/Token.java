package dev.braid.scene;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * One encoded observation inside a scene. The embeddings are shared, not copied, and must not be
 * written to.
 *
 * @param embedding what its modality's encoder made of it
 * @param encoder the number of that encoder, 1 to 2^27 - 1; {@link #UNNAMED} where nobody says, as
 *     where there is but one
 * @param others what further encoders made of it, while one takes the place of another; each has
 *     another number, and all are in ascending order, {@code encoder} first
 */
public record Token(String id, Instant time, float[] embedding, int encoder, List<Other> others) {
  /** The number of an encoder that nobody names: that of whoever reads the embedding. */
  public static final int UNNAMED = 0;

  /** What one more encoder made of the same observation. */
  public record Other(int encoder, float[] embedding) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Other o
          && encoder == o.encoder
          && Arrays.equals(embedding, o.embedding);
    }

    @Override
    public int hashCode() {
      return 31 * encoder + Arrays.hashCode(embedding);
    }
  }

  public Token {
    others = List.copyOf(others);
  }

  /** By an encoder that nobody names. */
  public Token(String id, Instant time, float[] embedding) {
    this(id, time, embedding, UNNAMED, List.of());
  }

  /** Encoded by each of these encoders, one or more. */
  public static Token of(String id, Instant time, Map<Integer, float[]> embeddings) {
    List<Other> all = new ArrayList<>();
    new TreeMap<>(embeddings)
        .forEach((encoder, embedding) -> all.add(new Other(encoder, embedding)));
    Other first = all.get(0);
    return new Token(id, time, first.embedding(), first.encoder(), all.subList(1, all.size()));
  }

  /** Whether that encoder has encoded it, or one that nobody names and no other. */
  public boolean isBy(int encoder) {
    return isFirst(encoder) || others.stream().anyMatch(o -> o.encoder() == encoder);
  }

  /** Whether {@link #embedding} is what that encoder made, or the only one that there is made. */
  public boolean isFirst(int encoder) {
    return this.encoder == encoder || (this.encoder == UNNAMED && others.isEmpty());
  }

  /**
   * The same token with the embedding of one encoder alone.
   *
   * @throws IllegalArgumentException if that one has not encoded it
   */
  public Token by(int encoder) {
    if (isFirst(encoder)) {
      return others.isEmpty() ? this : new Token(id, time, embedding, this.encoder, List.of());
    }
    for (Other other : others) {
      if (other.encoder() == encoder) {
        return new Token(id, time, other.embedding(), encoder, List.of());
      }
    }
    throw new IllegalArgumentException("encoder %d has not encoded '%s'".formatted(encoder, id));
  }

  /**
   * The same observation as encoded by all who encoded it here or there. Of two embeddings that
   * differ although one encoder made them the one that is greater element by element is kept, so
   * that the order does not matter.
   *
   * @param same of the same id and time
   */
  public Token and(Token same) {
    if (others.isEmpty() && same.others.isEmpty() && encoder == same.encoder) {
      return Arrays.compare(embedding, same.embedding) < 0 ? same : this;
    }
    Map<Integer, float[]> embeddings = embeddings();
    same.embeddings()
        .forEach(
            (by, made) -> embeddings.merge(by, made, (a, b) -> Arrays.compare(a, b) < 0 ? b : a));
    return of(id, time, embeddings);
  }

  private Map<Integer, float[]> embeddings() {
    Map<Integer, float[]> embeddings = new TreeMap<>();
    embeddings.put(encoder, embedding);
    others.forEach(other -> embeddings.put(other.encoder(), other.embedding()));
    return embeddings;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Token token
        && id.equals(token.id)
        && time.equals(token.time)
        && encoder == token.encoder
        && Arrays.equals(embedding, token.embedding)
        && others.equals(token.others);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, time, encoder, Arrays.hashCode(embedding), others);
  }
}
