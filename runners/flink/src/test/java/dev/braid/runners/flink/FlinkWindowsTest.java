package dev.braid.runners.flink;

import dev.braid.transforms.align.EarlyAnswersContract;
import dev.braid.transforms.align.FloodContract;
import dev.braid.transforms.align.OrderedWindowsContract;
import dev.braid.transforms.align.SlicedWindowsContract;
import dev.braid.transforms.align.SpentBudgetsContract;
import dev.braid.transforms.align.TimeWindowsContract;
import dev.braid.transforms.align.WaitBudgetsContract;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Nested;

class FlinkWindowsTest {
  private static PipelineOptions flinkOptions(boolean streaming) {
    FlinkPipelineOptions options = PipelineOptionsFactory.create().as(FlinkPipelineOptions.class);
    options.setRunner(FlinkRunner.class);
    options.setFlinkMaster("[local]");
    options.setParallelism(1);
    // An element is a bundle: no watermark passes inside of one, and a test would wait a second for
    // each step of its stream.
    options.setMaxBundleSize(1L);
    options.setStreaming(streaming);
    return options;
  }

  @Nested
  class Flood extends FloodContract {
    @Override
    protected PipelineOptions options(boolean streaming) {
      return flinkOptions(streaming);
    }
  }

  @Nested
  class TimeWindows extends TimeWindowsContract {
    @Override
    protected PipelineOptions options(boolean streaming) {
      return flinkOptions(streaming);
    }
  }

  @Nested
  class SlicedWindows extends SlicedWindowsContract {
    @Override
    protected PipelineOptions options(boolean streaming) {
      return flinkOptions(streaming);
    }
  }

  @Nested
  class WaitBudgets extends WaitBudgetsContract {
    @Override
    protected PipelineOptions options(boolean streaming) {
      return flinkOptions(streaming);
    }
  }

  @Nested
  class OrderedWindows extends OrderedWindowsContract {
    @Override
    protected PipelineOptions options(boolean streaming) {
      return flinkOptions(streaming);
    }
  }

  @Nested
  class EarlyAnswers extends EarlyAnswersContract {
    @Override
    protected PipelineOptions options() {
      return flinkOptions(true);
    }
  }

  @Nested
  class SpentBudgets extends SpentBudgetsContract {
    @Override
    protected PipelineOptions options() {
      return flinkOptions(true);
    }
  }
}
