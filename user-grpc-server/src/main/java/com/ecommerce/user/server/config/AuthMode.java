package com.ecommerce.user.server.config;

/** The choice whether callers of gRPC must authenticate. */
public enum AuthMode {
  /** Callers without a token may do everything. A token is checked, and identifies the caller. */
  OFF,
  /** Every call needs a token and the right to make the call. */
  REQUIRED
}
