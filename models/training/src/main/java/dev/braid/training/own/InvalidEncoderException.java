package dev.braid.training.own;

/**
 * An encoder that cannot be used; the message is one line: which one, what is wrong, what helps.
 */
public final class InvalidEncoderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidEncoderException(String message, Throwable cause) {
    super(message.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " "), cause);
  }

  InvalidEncoderException(String message) {
    super(message.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " "));
  }
}
