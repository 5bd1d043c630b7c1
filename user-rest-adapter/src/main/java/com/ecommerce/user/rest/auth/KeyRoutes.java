package com.ecommerce.user.rest.auth;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import java.nio.charset.StandardCharsets;

/** The route of the public keys with which other services verify access tokens (RFC 7517). */
public final class KeyRoutes {
  /** Clients may cache the keys, since the core publishes a key long before it signs with it. */
  private static final String CACHING = "public, max-age=300";

  private final Sessions sessions;

  public KeyRoutes(Sessions sessions) {
    this.sessions = sessions;
  }

  public void addTo(Routes routes) {
    routes.on("GET", "/.well-known/jwks.json", Operation.READ_DOCUMENT, this::keys);
  }

  private ApiResponse keys(ApiRequest request) {
    byte[] json = sessions.jwkSetJson().getBytes(StandardCharsets.UTF_8);
    return ApiResponse.of("application/jwk-set+json", json).header("Cache-Control", CACHING);
  }
}
