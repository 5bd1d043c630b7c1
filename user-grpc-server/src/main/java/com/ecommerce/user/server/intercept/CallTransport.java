package com.ecommerce.user.server.intercept;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * The connection of a call. After the transport has cancelled a call because its frames were
 * malformed or its deadline passed, {@link io.grpc.ServerCall#close} has no effect, but its stream
 * may still accept a status, which tells the client more than a reset.
 *
 * <p>Confined to the connection's event loop, where nothing else writes to the stream.
 */
public interface CallTransport {
  /**
   * The attribute of calls that has the transport; absent for transports on which a cancelled call
   * cannot get a status.
   */
  Attributes.Key<CallTransport> KEY = Attributes.Key.create("call-transport");

  /** Returns the id of the stream whose call is being started. */
  int beginningStream();

  /**
   * Returns the status of a call that was cancelled; {@code CANCELLED} if no client is left to read
   * one.
   */
  Status cancellation(int stream);

  /**
   * Ends a stream with a status, unless something was already sent on it that prevents this.
   *
   * @param trailers the trailers to send with the status
   * @return whether the status was sent
   */
  boolean close(int stream, Status status, Metadata trailers);
}
