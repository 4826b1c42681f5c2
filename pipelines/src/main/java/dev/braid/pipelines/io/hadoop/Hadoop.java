package dev.braid.pipelines.io.hadoop;

/** Whether Hadoop, and Beam's adapter to it, which breaks every run without it, are both here. */
final class Hadoop {
  private Hadoop() {}

  static boolean isHere() {
    ClassLoader loader = Hadoop.class.getClassLoader();
    try {
      Class.forName("org.apache.hadoop.conf.Configuration", false, loader);
      Class.forName("org.apache.beam.sdk.io.hdfs.HadoopFileSystemModule", false, loader);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
