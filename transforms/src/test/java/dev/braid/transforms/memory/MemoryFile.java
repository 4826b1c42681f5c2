package dev.braid.transforms.memory;

import org.apache.beam.sdk.io.fs.ResolveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions.StandardResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;

/** A file, or, with a slash at its end, a directory. */
record MemoryFile(String name) implements ResourceId {
  @Override
  public ResourceId resolve(String other, ResolveOptions options) {
    String slash = options.equals(StandardResolveOptions.RESOLVE_DIRECTORY) ? "/" : "";
    return new MemoryFile(getCurrentDirectory() + other + slash);
  }

  @Override
  public ResourceId getCurrentDirectory() {
    return new MemoryFile(name.substring(0, name.lastIndexOf('/') + 1));
  }

  @Override
  public String getScheme() {
    return MemoryFiles.SCHEME;
  }

  @Override
  public String getFilename() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  @Override
  public boolean isDirectory() {
    return name.endsWith("/");
  }

  @Override
  public String toString() {
    return name;
  }
}
