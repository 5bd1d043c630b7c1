package com.ecommerce.user.bench;

/** Calls of one method: what to send, and whether the answer is right. For one thread. */
interface Workload {
  /** As gRPC spells it in the path: {@code user.v1.UserService/GetUser}. */
  String method();

  /** Which request comes next; a number that only the workload understands. */
  int next();

  /** The message to send, not to be changed. */
  byte[] request(int which);

  /** Whether this answers that request. The array is only lent. */
  boolean isRight(int which, byte[] answer, int length);
}
