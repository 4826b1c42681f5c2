package dev.braid.pipelines.io.hadoop;

import java.util.List;
import org.apache.beam.sdk.io.hdfs.HadoopFileSystemOptionsRegistrar;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsRegistrar;

/** {@code --hdfsConfiguration}. Found by Beam. */
public final class HadoopOptions implements PipelineOptionsRegistrar {
  @Override
  public Iterable<Class<? extends PipelineOptions>> getPipelineOptions() {
    return Hadoop.isHere()
        ? new HadoopFileSystemOptionsRegistrar().getPipelineOptions()
        : List.of();
  }
}
