package com.ecommerce.user.server.tls;

/** A file cannot be used; the message is one line that names its setting, and has no secret. */
public final class InvalidTlsFileException extends Exception {
  InvalidTlsFileException(String setting, String problem, String expectation) {
    super(setting + ": " + problem + " (expected: " + expectation + ")");
  }
}
