package dev.braid.pipelines.engine;

import org.apache.beam.sdk.PipelineResult;

/** A job on a cluster, which a person can look at there. */
public interface SubmittedJob extends PipelineResult {

  /** What the cluster calls it. */
  String id();

  /** The page of the cluster's web interface that shows it. */
  String url();
}
