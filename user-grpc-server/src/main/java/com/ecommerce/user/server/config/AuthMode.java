package com.ecommerce.user.server.config;

/** The choice whether callers of the gRPC services must show who they are. */
public enum AuthMode {
  /** Everybody may do everything; a token that is sent is checked, and names the caller. */
  OFF,
  /** Tokens and rights are checked. */
  REQUIRED
}
