package dev.braid.training.compress;

/** A bundle that must not come to be, since it lost too much; the message has the numbers. */
public final class CompressionRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CompressionRefusedException(String message) {
    super(message);
  }
}
