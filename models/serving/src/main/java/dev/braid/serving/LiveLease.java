package dev.braid.serving;

/**
 * A lease that goes over to newer versions, and a claim on the live bundle that has them. Not safe
 * for several threads at once.
 */
final class LiveLease implements ModelServer.Lease {
  private final LiveBundle live;
  private ModelServer.Lease lease;
  private boolean closed;

  /** Takes the claim over. */
  LiveLease(LiveBundle live) {
    this.live = live;
    this.lease = live.lease();
  }

  @Override
  public ModelServer server() {
    return lease.server();
  }

  @Override
  public boolean renew() {
    ModelServer.Lease renewed = live.renew(lease);
    boolean changed = renewed != lease;
    lease = renewed;
    return changed;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      lease.close();
      live.close();
    }
  }
}
