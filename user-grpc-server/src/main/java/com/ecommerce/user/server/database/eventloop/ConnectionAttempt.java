package com.ecommerce.user.server.database.eventloop;

import io.vertx.core.internal.CloseFuture;
import io.vertx.pgclient.PgConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A connection that is being opened, or is open, with the resources that the driver holds for it.
 * The driver itself releases these only when it is closed. Thread-safe.
 */
final class ConnectionAttempt {
  private final CompletableFuture<PgConnection> connection = new CompletableFuture<>();
  private CloseFuture resources = new CloseFuture();
  private boolean isEnded;

  /**
   * Returns the connection; fails if it is not opened in time, or if {@link #end} is called before.
   */
  CompletableFuture<PgConnection> connection() {
    return connection;
  }

  /**
   * Returns the owner of the resources that the driver allocates in the next try. Those of the
   * previous try are closed.
   */
  synchronized CloseFuture next() {
    if (isEnded) {
      throw new IllegalStateException("ended");
    }
    resources.close();
    resources = new CloseFuture();
    return resources;
  }

  void complete(PgConnection opened, Throwable failure) {
    if (failure == null) {
      connection.complete(opened);
    } else {
      connection.completeExceptionally(failure);
    }
  }

  /**
   * Closes the connection and its resources immediately, without notifying the server.
   *
   * @return completes when everything is closed
   */
  CompletionStage<Void> end() {
    connection.completeExceptionally(new IllegalStateException("ended"));
    synchronized (this) {
      isEnded = true;
      return resources.close().toCompletionStage();
    }
  }
}
