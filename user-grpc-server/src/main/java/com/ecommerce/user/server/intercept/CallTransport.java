package com.ecommerce.user.server.intercept;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * The connection beneath a call. A call that its transport gave up, since its frames were malformed
 * or its deadline passed, can no longer be closed by {@link io.grpc.ServerCall#close}, but its
 * stream may still take a status, which tells the client more than a reset.
 *
 * <p>Used on the connection's event loop only, where nothing else writes to the stream.
 */
public interface CallTransport {
  /**
   * Among the attributes of calls; absent for transports whose calls end with their cancellation.
   */
  Attributes.Key<CallTransport> KEY = Attributes.Key.create("call-transport");

  /** Returns the id of the stream whose call begins at this moment. */
  int beginningStream();

  /**
   * Returns the status of a call that was cancelled, or {@code CANCELLED} if nobody is left to read
   * one.
   */
  Status cancellation(int stream);

  /**
   * Ends a stream, if nothing was sent on it yet that forbids it.
   *
   * @param trailers what is sent beside the status
   * @return whether the stream took the status
   */
  boolean close(int stream, Status status, Metadata trailers);
}
