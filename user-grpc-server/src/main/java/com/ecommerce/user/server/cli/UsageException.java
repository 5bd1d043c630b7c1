package com.ecommerce.user.server.cli;

/** Thrown for an invalid command line; the message is one line that names the invalid word. */
public final class UsageException extends RuntimeException {
  UsageException(String message) {
    super(message);
  }
}
