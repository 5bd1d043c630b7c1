package com.ecommerce.user.server.cli;

/** A command line that cannot be understood; the message is one line that names the word. */
public final class UsageException extends RuntimeException {
  UsageException(String message) {
    super(message);
  }
}
