package com.ecommerce.user.rest;

import java.io.IOException;

/** Ends the reading of a body, and says how its request is answered. */
final class BodyRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient RuntimeException refusal;

  /**
   * @param refusal what the handler of the request fails with
   */
  BodyRefusedException(RuntimeException refusal) {
    super(refusal.getMessage());
    this.refusal = refusal;
  }

  RuntimeException refusal() {
    return refusal;
  }

  /** Clients cause it at will. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
