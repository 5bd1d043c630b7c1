package com.ecommerce.user.rest.http;

import java.io.IOException;

/** Ends the reading of a body, and carries the failure with which its request is answered. */
public final class BodyRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient RuntimeException refusal;

  /**
   * @param refusal the failure of the request's handler
   */
  public BodyRefusedException(RuntimeException refusal) {
    super(refusal.getMessage());
    this.refusal = refusal;
  }

  RuntimeException refusal() {
    return refusal;
  }

  /** Omits the stack trace, since clients can cause this at will. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
