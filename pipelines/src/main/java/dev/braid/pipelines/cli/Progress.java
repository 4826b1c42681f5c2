package dev.braid.pipelines.cli;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress bars on standard error, where a person waits. */
final class Progress {
  private Progress() {}

  /**
   * A bar of {@code total} steps; one that shows nothing where no person looks on, as in a script
   * or where the output goes to a file.
   */
  @SuppressWarnings("SystemConsoleNull") // JDK 22 and later are refused by the build.
  static ProgressBar bar(String task, long total) {
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII);
    if (System.console() == null) {
      builder.setConsumer(new Nowhere());
    }
    return builder.build();
  }

  private static final class Nowhere implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return 80;
    }

    @Override
    public void accept(String rendered) {}

    @Override
    public void close() {}
  }
}
