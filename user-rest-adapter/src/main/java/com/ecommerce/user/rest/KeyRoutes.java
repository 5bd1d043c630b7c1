package com.ecommerce.user.rest;

import com.ecommerce.user.core.session.Sessions;
import java.nio.charset.StandardCharsets;

/** The public keys with which others verify access tokens (RFC 7517). */
final class KeyRoutes {
  /** Keys are announced long before they are used: see the core's rotation. */
  private static final String CACHING = "public, max-age=300";

  private final Sessions sessions;

  KeyRoutes(Sessions sessions) {
    this.sessions = sessions;
  }

  void addTo(Routes routes) {
    routes.open("GET", "/.well-known/jwks.json", this::keys);
  }

  private Reply keys(RestRequest request) {
    byte[] json = sessions.jwkSetJson().getBytes(StandardCharsets.UTF_8);
    return Reply.of("application/jwk-set+json", json).header("Cache-Control", CACHING);
  }
}
