package dev.braid.training;

import dev.braid.training.trainer.TrainedModel;
import dev.braid.training.trainer.Trainer;
import java.util.Locale;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A line for each epoch on standard error, and a bar where a person watches. */
final class ConsoleProgress implements Trainer.Listener {
  private int epochs;
  private @Nullable ProgressBar bar;

  @Override
  public void epochStarted(String stage, int epoch, int most, int steps) {
    epochs = most;
    if (System.console() != null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("%s %d/%d".formatted(stage, epoch, epochs))
              .setInitialMax(steps)
              .setUpdateIntervalMillis(250)
              .build();
    }
  }

  @Override
  public void stepped(double loss) {
    if (bar != null) {
      bar.step();
      bar.setExtraMessage(String.format(Locale.ROOT, "loss %.3f", loss));
    }
  }

  @Override
  public void epochEnded(TrainedModel.EpochReport report) {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    String scores =
        report.scores().entrySet().stream()
            .filter(e -> e.getKey().endsWith(".accuracy") || e.getKey().endsWith(".r2"))
            .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
            .collect(Collectors.joining(", "));
    System.err.printf(
        Locale.ROOT,
        "%s %d/%d: loss %.3f, validation loss %.3f, %s (%.1f s)%n",
        report.stage(),
        report.epoch(),
        epochs,
        report.trainingLoss(),
        report.validationLoss(),
        scores,
        report.seconds());
  }
}
