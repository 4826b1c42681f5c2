package dev.braid.pipelines.engine;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/**
 * What makes a stream the one that it is, for an engine whose checkpoint is resumed as it was
 * written: another bundle, other topics or other options of the resuming command would be without
 * effect. For nobody's command line.
 */
public interface StreamIdentity extends PipelineOptions {
  /** Values without secrets, by a name that a person knows; null if the stream has none. */
  @JsonIgnore
  @Nullable Map<String, String> getStreamIdentity();

  /** Says what it is. */
  void setStreamIdentity(Map<String, String> identity);
}
