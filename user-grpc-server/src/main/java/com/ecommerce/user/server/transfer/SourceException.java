package com.ecommerce.user.server.transfer;

/** Thrown when a source of users cannot be read any further; the message says why, in one line. */
public final class SourceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SourceException(String message) {
    super(message);
  }

  SourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
