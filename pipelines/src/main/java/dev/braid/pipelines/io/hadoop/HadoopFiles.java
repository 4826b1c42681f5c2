package dev.braid.pipelines.io.hadoop;

import java.util.List;
import org.apache.beam.sdk.io.FileSystem;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.io.hdfs.HadoopFileSystemRegistrar;
import org.apache.beam.sdk.options.PipelineOptions;

/** The file system that a configuration of Hadoop names. Found by Beam. */
public final class HadoopFiles implements FileSystemRegistrar {
  @Override
  public Iterable<FileSystem<?>> fromOptions(PipelineOptions options) {
    return Hadoop.isHere() ? new HadoopFileSystemRegistrar().fromOptions(options) : List.of();
  }
}
