package com.ecommerce.user.bench.load;

/** Calls of one method: the requests to send, and the check of the answers. Used by one thread. */
public interface Workload {
  /** The headers of calls that need only those of every gRPC call. */
  byte[] NO_HEADERS = {};

  /** Returns the method as gRPC spells it in the path: {@code user.v1.UserService/GetUser}. */
  String method();

  /** Returns the next request, as a number that only the workload interprets. */
  int next();

  /** Returns the message to send. Must not be modified. */
  byte[] request(int which);

  /**
   * Returns further header fields of the request, encoded with HPACK without the dynamic table.
   * Must not be modified.
   */
  default byte[] headers(int which) {
    return NO_HEADERS;
  }

  /** Returns whether this is the correct answer to the request. The array must not be kept. */
  boolean isRight(int which, byte[] answer, int length);
}
