package dev.braid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FailuresTest {
  private static final class Said extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Said(String message) {
      super(message);
    }
  }

  private static String report(Throwable failure) {
    return report(new Failures(Set.of(Said.class), false), failure);
  }

  private static String report(Failures failures, Throwable failure) {
    StringWriter err = new StringWriter();
    assertThat(failures.report(new PrintWriter(err), failure)).isEqualTo(1);
    return err.toString();
  }

  @Test
  void aMessageForPeopleIsTheWholeLineHoweverDeepARunnerWrappedIt() {
    Throwable wrapped =
        new IllegalStateException(
            "pipeline failed", new RuntimeException(new Said("bundle b: broken")));

    assertThat(report(new Said("no room"))).isEqualTo("braid: no room\n");
    assertThat(report(wrapped)).isEqualTo("braid: bundle b: broken\n");
  }

  @Test
  void aFileThatCannotBeUsedIsNamedWithTheReason() {
    assertThat(report(new UncheckedIOException(new NoSuchFileException("a/b"))))
        .isEqualTo("braid: a/b: there is no such file or directory\n");
    assertThat(report(new AccessDeniedException("a/b")))
        .isEqualTo("braid: a/b: permission denied\n");
    assertThat(report(new FileSystemException("a/b", null, "Read-only file system")))
        .isEqualTo("braid: a/b: Read-only file system\n");
  }

  @Test
  void anythingElseIsOneLineThatSaysHowToGetTheTrace() {
    assertThat(report(new RuntimeException(new IOException("No space left\non device"))))
        .isEqualTo(
            "braid: IOException: No space left on device (BRAID_TRACE=1 prints the stack"
                + " trace)\n");
  }

  @Test
  void theTraceFollowsTheLineWhereItIsAskedFor() {
    assertThat(report(new Failures(Set.of(Said.class), true), new Said("no room")).lines())
        .startsWith("braid: no room", Said.class.getName() + ": no room")
        .hasSizeGreaterThan(3);
  }
}
