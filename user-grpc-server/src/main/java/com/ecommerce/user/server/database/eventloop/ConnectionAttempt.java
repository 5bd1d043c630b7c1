package com.ecommerce.user.server.database.eventloop;

import io.vertx.core.internal.CloseFuture;
import io.vertx.pgclient.PgConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A connection that is being opened, or is open, with all that the driver keeps for it: the driver
 * itself forgets that only when it is closed. Thread-safe.
 */
final class ConnectionAttempt {
  private final CompletableFuture<PgConnection> connection = new CompletableFuture<>();
  private CloseFuture resources = new CloseFuture();
  private boolean isEnded;

  /** Fails when there is none in time, or when this is ended. */
  CompletableFuture<PgConnection> connection() {
    return connection;
  }

  /** For what the driver makes in the next try; what it made in the one before is closed. */
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
   * Closes all of it at once, without telling the server.
   *
   * @return completes when all of it is closed
   */
  CompletionStage<Void> end() {
    connection.completeExceptionally(new IllegalStateException("ended"));
    synchronized (this) {
      isEnded = true;
      return resources.close().toCompletionStage();
    }
  }
}
