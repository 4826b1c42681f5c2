package dev.braid.training;

import dev.braid.training.trainer.TrainedModel;
import dev.braid.training.trainer.Trainer;

/** Hears of progress and says nothing. */
public final class Silence implements Trainer.Listener {
  public static final Trainer.Listener LISTENER = new Silence();

  private Silence() {}

  @Override
  public void epochStarted(String stage, int epoch, int epochs, int steps) {}

  @Override
  public void stepped(double loss) {}

  @Override
  public void epochEnded(TrainedModel.EpochReport report) {}
}
