package com.ecommerce.user.server.config;

/**
 * Thrown if the service or a command cannot start. The message is for the operator: one line for
 * each reason, which names the setting.
 */
public final class StartupException extends RuntimeException {
  public StartupException(String message) {
    super(message);
  }

  public StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
