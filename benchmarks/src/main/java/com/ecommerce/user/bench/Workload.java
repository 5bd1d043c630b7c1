package com.ecommerce.user.bench;

/** Calls of one method: what to send, and whether the answer is right. For one thread. */
interface Workload {
  /** Of calls that need none but those of every gRPC call. */
  byte[] NO_HEADERS = {};

  /** Returns the method as gRPC spells it in the path: {@code user.v1.UserService/GetUser}. */
  String method();

  /** Which request comes next; a number that only the workload understands. */
  int next();

  /** The message to send, not to be changed. */
  byte[] request(int which);

  /**
   * Further header fields of the request as HPACK encodes them, without use of the dynamic table.
   * Not to be changed.
   */
  default byte[] headers(int which) {
    return NO_HEADERS;
  }

  /** Returns whether this answers that request. The array is only lent. */
  boolean isRight(int which, byte[] answer, int length);
}
