package dev.braid.pipelines.io.hadoop;

import com.fasterxml.jackson.core.Version;
import com.fasterxml.jackson.databind.Module;
import org.apache.beam.sdk.io.hdfs.HadoopFileSystemModule;

/** A configuration of Hadoop as JSON, as workers are given it. Found by Jackson. */
public final class HadoopJson extends Module {
  @Override
  public String getModuleName() {
    return "HadoopJson";
  }

  @Override
  public Version version() {
    return Version.unknownVersion();
  }

  @Override
  public void setupModule(SetupContext context) {
    if (Hadoop.isHere()) {
      new HadoopFileSystemModule().setupModule(context);
    }
  }
}
