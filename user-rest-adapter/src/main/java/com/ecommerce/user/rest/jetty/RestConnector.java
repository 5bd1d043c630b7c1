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
 * Listens on the port, and stops without losing requests: a connection stays open until a response
 * has announced its end, or until it has been idle for a second.
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
   * @param drain makes each response from then on close its connection
   * @param limits accepts or refuses connections
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

  /** Refuses new connections. The result completes when the last connection has ended. */
  @Override
  public CompletableFuture<Void> shutdown() {
    isStopping = true;
    var ended = super.shutdown();
    if (isRunning()) {
      awaitClosed();
    }
    // This is last, since clients whose connections end would otherwise reconnect here.
    drain.run();
    return ended;
  }

  /**
   * Waits for the accepting thread, since the port accepts connections, only to drop them, until
   * that thread has ended.
   */
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

  /**
   * Applies the limits to a connection, which may have been accepted just before the port was
   * closed.
   */
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
   * Returns false even during a stop. Otherwise connections would close themselves after a response
   * that announced to keep them, when the client may already have sent its next request.
   */
  @Override
  public boolean isShutdown() {
    return false;
  }
}
