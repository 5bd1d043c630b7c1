package com.ecommerce.user.server.config;

/** The service cannot start; the message is one line for the operator that names the setting. */
public final class StartupException extends RuntimeException {
  public StartupException(String message) {
    super(message);
  }

  public StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
