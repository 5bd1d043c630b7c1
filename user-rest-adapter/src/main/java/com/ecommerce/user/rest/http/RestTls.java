package com.ecommerce.user.rest.http;

import com.ecommerce.user.rest.RestApi;
import java.util.List;

/**
 * The TLS settings of the REST API. Its certificates come by {@link RestApi#useTls}.
 *
 * @param protocols as JSSE names them
 * @param ciphers as JSSE names them, the best first
 * @param clientCertificate what is asked of clients
 */
public record RestTls(
    List<String> protocols, List<String> ciphers, ClientCertificate clientCertificate) {
  /** The choice whether a client shows a certificate. */
  public enum ClientCertificate {
    /** It is not asked to. */
    NONE,
    /** It may; one that is not trusted ends the handshake. */
    ASKED,
    /** It must. */
    REQUIRED
  }

  public RestTls {
    protocols = List.copyOf(protocols);
    ciphers = List.copyOf(ciphers);
  }
}
