package dev.braid.dataset;

import dev.braid.cleaning.Cleaner;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.observation.Payload;
import dev.braid.spec.Spec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The observations of a data set, cleaned, with their payloads left on disk: a line of a plain file
 * is read again where it is, one of a compressed file from a scratch file. Safe for several threads
 * once {@link #add} is done.
 */
final class ObservationStore {
  private final Path directory;
  private final Path scratch;
  private final Cleaner cleaner;

  /** Entities and modalities stand in many observations; each name is held once. */
  private final Map<String, String> names = new HashMap<>();

  private @Nullable ScratchFile unpacked;

  ObservationStore(Path directory, Spec spec, Path scratch) {
    this.directory = directory;
    this.scratch = scratch;
    this.cleaner = new Cleaner(spec);
  }

  /** The observations of a file in the order of its lines. */
  List<Observation> add(Path file, List<String> rejected) {
    List<Observation> added = new ArrayList<>();
    boolean compressed = Lines.isCompressed(file);
    Lines.read(
        directory,
        file,
        line -> {
          try {
            Observation given = cleaner.clean(ObservationJson.parse(line.text()));
            added.add(
                new Stored(
                    given.getId(),
                    name(given.getEntity()),
                    name(given.getModality()),
                    given.getTime().toEpochMilli(),
                    compressed ? null : file,
                    compressed ? unpacked().append(ByteBuffer.wrap(line.bytes())) : line.position(),
                    line.bytes().length));
          } catch (InvalidObservationException e) {
            rejected.add(line.where() + ": " + e.getMessage());
          }
        });
    return added;
  }

  private String name(String name) {
    return names.computeIfAbsent(name, n -> n);
  }

  private ScratchFile unpacked() {
    if (unpacked == null) {
      unpacked = ScratchFile.in(scratch);
    }
    return unpacked;
  }

  private Observation read(Stored stored) {
    String where = String.valueOf(stored.file == null ? directory : stored.file);
    try {
      ByteBuffer line =
          stored.file == null
              ? unpacked().read(stored.position, stored.length)
              : line(stored.file, stored.position, stored.length);
      Observation observation =
          cleaner.clean(ObservationJson.parse(new String(line.array(), StandardCharsets.UTF_8)));
      if (observation.getId().equals(stored.id)) {
        return observation;
      }
    } catch (InvalidObservationException e) {
      throw changed(stored, where, e);
    } catch (IOException e) {
      throw new InvalidDatasetException("cannot read " + where + ": " + e, e);
    }
    throw changed(stored, where, null);
  }

  private static InvalidDatasetException changed(
      Stored stored, String where, @Nullable Exception cause) {
    String message =
        "%s was changed while it was read: '%s' of '%s' is no longer where it was"
            .formatted(where, stored.id, stored.entity);
    return cause == null
        ? new InvalidDatasetException(message)
        : new InvalidDatasetException(message, cause);
  }

  private static ByteBuffer line(Path file, long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    // Opened for each line: a data set may have more files than a process may hold open.
    try (FileChannel channel = FileChannel.open(file)) {
      while (bytes.hasRemaining() && channel.read(bytes, position + bytes.position()) >= 0) {}
    }
    return bytes.flip();
  }

  /** An observation that reads its payload when it is asked for it. Equal only to itself. */
  private final class Stored extends Observation {
    private final String id;
    private final String entity;
    private final String modality;
    private final long time;
    private final @Nullable Path file;
    private final long position;
    private final int length;

    Stored(
        String id,
        String entity,
        String modality,
        long time,
        @Nullable Path file,
        long position,
        int length) {
      this.id = id;
      this.entity = entity;
      this.modality = modality;
      this.time = time;
      this.file = file;
      this.position = position;
      this.length = length;
    }

    @Override
    public String getId() {
      return id;
    }

    @Override
    public String getEntity() {
      return entity;
    }

    @Override
    public String getModality() {
      return modality;
    }

    @Override
    public Instant getTime() {
      return Instant.ofEpochMilli(time);
    }

    @Override
    public Payload getPayload() {
      return read(this).getPayload();
    }

    @Override
    public String toString() {
      return "%s '%s' of '%s'".formatted(modality, id, entity);
    }
  }
}
