package dev.braid.pipelines.template;

import java.util.List;

/** A template, or values for its parameters, that make no run. */
public final class InvalidTemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String subject;
  private final transient List<String> problems;

  /**
   * @param subject what makes no run: {@code the template NAME}
   * @param problems all of them, each one line: where, the value, and what is allowed
   */
  public InvalidTemplateException(String subject, List<String> problems) {
    super(subject + ": " + String.join("; ", problems));
    this.subject = subject;
    this.problems = List.copyOf(problems);
  }

  /** What makes no run. */
  public String subject() {
    return subject;
  }

  /** All problems, each one line without secrets. */
  public List<String> problems() {
    return problems;
  }
}
