package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends a stream of replies from a worker as fast as the client reads them: without waiting, gRPC
 * would keep all of them in memory. For one thread.
 */
final class PacedReplies<R> {
  /** The time after which a client that reads nothing is given up. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

  /** Bounds the wait for a signal that was missed, and for a cancellation. */
  private static final long CHECK_MILLIS = 100;

  private final RequestContext call;
  private final ServerCallStreamObserver<R> client;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ready = lock.newCondition();

  /** Must be created before the handler of the call returns. */
  PacedReplies(RequestContext call, StreamObserver<R> observer) {
    this.call = call;
    client = (ServerCallStreamObserver<R>) observer;
    client.setOnReadyHandler(this::signal);
    client.setOnCancelHandler(this::signal);
  }

  private void signal() {
    lock.lock();
    try {
      ready.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends a reply when the client can take it.
   *
   * @throws UserServiceException with {@code CALL_CANCELLED} or {@code DEADLINE_EXCEEDED}
   */
  void send(R reply) {
    if (!client.isReady()) {
      awaitReady();
    }
    client.onNext(reply);
  }

  private void awaitReady() {
    long end = System.nanoTime() + READ_TIMEOUT.toNanos();
    lock.lock();
    try {
      while (!client.isReady()) {
        call.throwIfCancelled();
        if (System.nanoTime() - end > 0) {
          throw UserServiceException.of(
              ErrorReason.DEADLINE_EXCEEDED,
              "the client read nothing for "
                  + READ_TIMEOUT.toSeconds()
                  + " seconds (expected: a client that reads)");
        }
        ready.await(CHECK_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw RequestContext.cancelled(ErrorReason.CALL_CANCELLED);
    } finally {
      lock.unlock();
    }
  }

  void end() {
    client.onCompleted();
  }
}
