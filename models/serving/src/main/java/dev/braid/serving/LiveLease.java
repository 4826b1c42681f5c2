package dev.braid.serving;

import org.jspecify.annotations.Nullable;

/**
 * A lease that goes over to newer versions, and a claim on the live bundle that has them. Not safe
 * for several threads at once.
 */
final class LiveLease implements ModelServer.Lease {
  private final LiveBundle live;
  private Generation serving;
  private boolean closed;

  /** Takes the claim over. */
  LiveLease(LiveBundle live) {
    this.live = live;
    this.serving = live.share();
  }

  @Override
  public ModelServer server() {
    if (closed) {
      throw new IllegalStateException("this lease was closed");
    }
    return serving.server();
  }

  @Override
  public @Nullable ModelServer before() {
    return serving.before();
  }

  @Override
  public boolean needsBefore(long eventMillis) {
    return serving.needsBefore(eventMillis, live.loaded().hold());
  }

  @Override
  public boolean renew() {
    Generation renewed = live.renew(serving);
    boolean changed = renewed != serving;
    serving = renewed;
    return changed;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      serving.close();
      live.close();
    }
  }
}
