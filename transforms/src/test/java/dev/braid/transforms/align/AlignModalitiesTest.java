package dev.braid.transforms.align;

import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Nested;

/** All windows on the DirectRunner with all its checks on. */
class AlignModalitiesTest {
  @Nested
  class Flood extends FloodContract {
    @Override
    protected PipelineOptions options(boolean streaming) {
      return PipelineOptionsFactory.create();
    }
  }

  @Nested
  class TimeWindows extends TimeWindowsContract {
    @Override
    protected PipelineOptions options(boolean streaming) {
      return PipelineOptionsFactory.create();
    }
  }

  @Nested
  class SlicedWindows extends SlicedWindowsContract {
    @Override
    protected PipelineOptions options(boolean streaming) {
      return PipelineOptionsFactory.create();
    }
  }

  @Nested
  class SteppedWindows extends SteppedWindowsContract {
    @Override
    protected PipelineOptions options(boolean streaming) {
      return PipelineOptionsFactory.create();
    }
  }

  @Nested
  class WaitBudgets extends WaitBudgetsContract {
    @Override
    protected PipelineOptions options(boolean streaming) {
      return PipelineOptionsFactory.create();
    }
  }

  @Nested
  class OrderedWindows extends OrderedWindowsContract {
    @Override
    protected PipelineOptions options(boolean streaming) {
      return PipelineOptionsFactory.create();
    }
  }

  @Nested
  class EarlyAnswers extends EarlyAnswersContract {
    @Override
    protected PipelineOptions options() {
      return PipelineOptionsFactory.create();
    }
  }

  @Nested
  class SpentBudgets extends SpentBudgetsContract {
    @Override
    protected PipelineOptions options() {
      return PipelineOptionsFactory.create();
    }
  }
}
