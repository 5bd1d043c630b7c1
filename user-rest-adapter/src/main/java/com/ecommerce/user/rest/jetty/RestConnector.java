package com.ecommerce.user.rest.jetty;

import com.ecommerce.user.rest.http.RestSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Listens on the port, and stops so that no request is lost: a connection stays until an answer
 * says that it is the last one, or until it is idle for a second.
 */
public final class RestConnector extends ServerConnector {
  private static final int ACCEPTORS = 1;
  private static final int SELECTORS = 1;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final CountDownLatch closed = new CountDownLatch(ACCEPTORS);
  private final Runnable drain;
  private final ConnectionLimits limits;
  private volatile boolean isStopping;

  /**
   * @param drain makes each answer from then on the last one of its connection
   * @param limits accept or refuse connections
   */
  public RestConnector(
      Server server,
      RestSettings settings,
      Runnable drain,
      ConnectionLimits limits,
      ConnectionFactory... protocols) {
    super(server, ACCEPTORS, SELECTORS, protocols);
    this.drain = drain;
    this.limits = limits;
    settings.bindAddress().ifPresent(this::setHost);
    setPort(settings.port());
  }

  /** Refuses connections from now on. The result is there when the last one has ended. */
  @Override
  public CompletableFuture<Void> shutdown() {
    isStopping = true;
    var ended = super.shutdown();
    if (isRunning()) {
      awaitClosed();
    }
    // Not before: clients whose connections end would come back.
    drain.run();
    return ended;
  }

  /** The port takes connections until the thread that accepts has left it, and then drops them. */
  private void awaitClosed() {
    try {
      closed.await(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void accept(int acceptor) throws IOException {
    try {
      super.accept(acceptor);
    } finally {
      if (!isOpen()) {
        closed.countDown();
      }
    }
  }

  @Override
  protected boolean handleAcceptFailure(Throwable failure) {
    return isOpen() && super.handleAcceptFailure(failure);
  }

  /** Also of one that was accepted just before the port was closed. */
  @Override
  protected void onEndPointOpened(EndPoint connection) {
    super.onEndPointOpened(connection);
    if (!limits.admit(connection)) {
      connection.close();
    } else if (isStopping) {
      connection.setIdleTimeout(getShutdownIdleTimeout());
    }
  }

  @Override
  protected void onEndPointClosed(EndPoint connection) {
    limits.forget(connection);
    super.onEndPointClosed(connection);
  }

  /**
   * For connections, which would close themselves right after an answer that promised to keep them,
   * when the client may have sent the next request.
   */
  @Override
  public boolean isShutdown() {
    return false;
  }
}
