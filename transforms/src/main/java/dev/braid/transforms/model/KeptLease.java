package dev.braid.transforms.model;

import dev.braid.serving.ModelServer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one lease of this process that nobody gives back, so that its models stay loaded between
 * those who come and go. Safe for several threads.
 */
final class KeptLease {
  private static @Nullable Object of;
  private static ModelServer.@Nullable Lease lease;

  private KeptLease() {}

  /**
   * Keeps what {@code opened} leases, in place of what was kept before, unless it is kept already;
   * then it goes over to a newer version, so that an older one is not kept with it.
   *
   * @param key equal for what is the same
   */
  static synchronized void keep(Object key, Supplier<ModelServer.Lease> opened) {
    ModelServer.Lease kept = lease;
    if (kept != null && key.equals(of)) {
      kept.renew();
      return;
    }
    lease = opened.get();
    of = key;
    if (kept != null) {
      kept.close();
    }
  }
}
