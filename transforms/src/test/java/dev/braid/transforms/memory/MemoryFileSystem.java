package dev.braid.transforms.memory;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.FileSystem;
import org.apache.beam.sdk.io.fs.CreateOptions;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MoveOptions;

/** Reads and writes {@link MemoryFiles}. */
final class MemoryFileSystem extends FileSystem<MemoryFile> {
  @Override
  protected List<MatchResult> match(List<String> specs) throws IOException {
    List<MatchResult> results = new ArrayList<>();
    for (String spec : specs) {
      Pattern pattern = Pattern.compile(Pattern.quote(spec).replace("*", "\\E[^/]*\\Q"));
      List<MatchResult.Metadata> found = new ArrayList<>();
      MemoryFiles.all()
          .forEach(
              (name, content) -> {
                if (pattern.matcher(name).matches()) {
                  found.add(
                      MatchResult.Metadata.builder()
                          .setResourceId(new MemoryFile(name))
                          .setSizeBytes(content.size())
                          .setLastModifiedMillis(content.time())
                          .setIsReadSeekEfficient(false)
                          .build());
                }
              });
      results.add(
          found.isEmpty()
              ? MatchResult.create(MatchResult.Status.NOT_FOUND, new FileNotFoundException(spec))
              : MatchResult.create(MatchResult.Status.OK, found));
    }
    return results;
  }

  @Override
  protected ReadableByteChannel open(MemoryFile file) throws IOException {
    MemoryFiles.opening(file.name());
    MemoryFiles.Content content = MemoryFiles.all().get(file.name());
    if (content == null) {
      throw new FileNotFoundException(file.name());
    }
    return Channels.newChannel(new ByteArrayInputStream(content.bytes()));
  }

  @Override
  protected WritableByteChannel create(MemoryFile file, CreateOptions options) {
    return Channels.newChannel(
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            MemoryFiles.write(file.name(), toByteArray());
          }
        });
  }

  @Override
  protected void copy(List<MemoryFile> from, List<MemoryFile> to) throws IOException {
    for (int i = 0; i < from.size(); i++) {
      MemoryFiles.Content content = MemoryFiles.all().get(from.get(i).name());
      if (content == null) {
        throw new FileNotFoundException(from.get(i).name());
      }
      MemoryFiles.write(to.get(i).name(), content.bytes());
    }
  }

  @Override
  protected void rename(List<MemoryFile> from, List<MemoryFile> to, MoveOptions... options)
      throws IOException {
    copy(from, to);
    delete(from);
  }

  @Override
  protected void delete(Collection<MemoryFile> files) {
    files.forEach(file -> MemoryFiles.remove(file.name()));
  }

  @Override
  protected MemoryFile matchNewResource(String spec, boolean isDirectory) {
    return new MemoryFile(isDirectory && !spec.endsWith("/") ? spec + "/" : spec);
  }

  @Override
  protected String getScheme() {
    return MemoryFiles.SCHEME;
  }
}
