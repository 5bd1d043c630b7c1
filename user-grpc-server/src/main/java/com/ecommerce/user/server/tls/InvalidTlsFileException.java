package com.ecommerce.user.server.tls;

/**
 * Thrown when a TLS file cannot be used. The message is one line that names the setting and
 * contains no secret.
 */
public final class InvalidTlsFileException extends Exception {
  InvalidTlsFileException(String setting, String problem, String expectation) {
    super(setting + ": " + problem + " (expected: " + expectation + ")");
  }
}
