package dev.braid.serving;

import dev.braid.bundle.Digests;
import dev.braid.bundle.InvalidBundleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The servers that are open in this JVM, and how many leases each has. */
final class Leases {
  private static final Map<Key, Slot> SLOTS = new HashMap<>();

  private Leases() {}

  /** What makes two leases the same server. */
  private record Key(String digest, ServingOptions options) {}

  /** A server that is open, or about to be opened or closed. */
  private static final class Slot {
    // Guarded by SLOTS.
    int leases;
    // Guarded by this slot, so that only those who want this very bundle wait for it to load.
    @Nullable ModelServer server;
  }

  private static final class SlotLease implements ModelServer.Lease {
    private final Key key;
    private final Slot slot;
    private final ModelServer server;
    private final AtomicBoolean closed = new AtomicBoolean();

    SlotLease(Key key, Slot slot, ModelServer server) {
      this.key = key;
      this.slot = slot;
      this.server = server;
    }

    @Override
    public ModelServer server() {
      if (closed.get()) {
        throw new IllegalStateException("this lease was closed");
      }
      return server;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        release(key, slot);
      }
    }
  }

  static ModelServer.Lease lease(Path directory, ServingOptions options) {
    Key key = new Key(digest(directory), options);
    Slot slot;
    synchronized (SLOTS) {
      slot = SLOTS.computeIfAbsent(key, k -> new Slot());
      slot.leases++;
    }
    try {
      synchronized (slot) {
        ModelServer server = slot.server;
        if (server == null) {
          server = ModelServer.open(directory, options);
          slot.server = server;
        }
        if (!server.digest().equals(key.digest())) {
          throw new InvalidBundleException("bundle " + directory + " changed while it was loaded");
        }
        return new SlotLease(key, slot, server);
      }
    } catch (Throwable e) {
      release(key, slot);
      throw e;
    }
  }

  /** One more lease of the same server. */
  static ModelServer.Lease share(ModelServer.Lease lease) {
    if (!(lease instanceof SlotLease held)) {
      throw new IllegalArgumentException("not a lease of this JVM: " + lease);
    }
    synchronized (SLOTS) {
      // Open now, and nobody can release the last lease before there is one more.
      ModelServer server = held.server();
      held.slot.leases++;
      return new SlotLease(held.key, held.slot, server);
    }
  }

  /** How many servers are open or about to be. */
  static int open() {
    synchronized (SLOTS) {
      return SLOTS.size();
    }
  }

  private static void release(Key key, Slot slot) {
    synchronized (SLOTS) {
      slot.leases--;
      if (slot.leases > 0) {
        return;
      }
      SLOTS.remove(key, slot);
    }
    synchronized (slot) {
      if (slot.server != null) {
        slot.server.close();
        slot.server = null;
        // Otherwise a hundred versions leave more behind than one of them takes.
        NativeHeap.trim();
      }
    }
  }

  private static String digest(Path directory) {
    Path manifest = directory.resolve("manifest.json");
    try {
      return Files.isRegularFile(manifest) ? Digests.of(manifest) : "none";
    } catch (IOException e) {
      throw new InvalidBundleException("bundle " + directory + " cannot be read: " + e, e);
    }
  }
}
