package dev.braid.runners.spark;

import dev.braid.transforms.align.EarlyAnswersContract;
import dev.braid.transforms.align.FloodContract;
import dev.braid.transforms.align.NoEventTimeTimersContract;
import dev.braid.transforms.align.TimeWindowsContract;
import org.apache.beam.runners.spark.TestSparkPipelineOptions;
import org.apache.beam.runners.spark.TestSparkRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Nested;

class SparkWindowsTest {
  private static PipelineOptions sparkOptions(boolean streaming) {
    System.setProperty("spark.ui.enabled", "false");
    TestSparkPipelineOptions options =
        PipelineOptionsFactory.create().as(TestSparkPipelineOptions.class);
    options.setRunner(TestSparkRunner.class);
    options.setSparkMaster("local[2]");
    options.setStreaming(streaming);
    options.setBatchIntervalMillis(500L);
    options.setTestTimeoutSeconds(300L);
    return options;
  }

  @Nested
  class Flood extends FloodContract {
    @Override
    protected PipelineOptions options(boolean streaming) {
      return sparkOptions(streaming);
    }
  }

  @Nested
  class TimeWindows extends TimeWindowsContract {
    @Override
    protected boolean countsWhatItDrops() {
      return false;
    }

    @Override
    protected PipelineOptions options(boolean streaming) {
      return sparkOptions(streaming);
    }
  }

  @Nested
  class NoEventTimeTimers extends NoEventTimeTimersContract {
    @Override
    protected PipelineOptions options() {
      return sparkOptions(true);
    }
  }

  @Nested
  class EarlyAnswers extends EarlyAnswersContract {
    @Override
    protected PipelineOptions options() {
      return sparkOptions(true);
    }
  }
}
