package com.ecommerce.user.server;

/** The service cannot start; the message is one line for the operator that names the setting. */
final class StartupException extends RuntimeException {
  StartupException(String message) {
    super(message);
  }

  StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
