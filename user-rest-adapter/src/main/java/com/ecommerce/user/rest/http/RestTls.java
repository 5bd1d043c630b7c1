package com.ecommerce.user.rest.http;

import com.ecommerce.user.rest.RestApi;
import java.util.List;

/**
 * The TLS settings of the REST API. The certificates are set by {@link RestApi#useTls}.
 *
 * @param protocols the JSSE names of the protocols
 * @param ciphers the JSSE names of the cipher suites, in order of preference
 * @param clientCertificate whether clients must authenticate by a certificate
 */
public record RestTls(
    List<String> protocols, List<String> ciphers, ClientCertificate clientCertificate) {
  /** The policy for client certificates. */
  public enum ClientCertificate {
    /** No certificate is requested. */
    NONE,
    /** A certificate is requested but optional; one that is not trusted ends the handshake. */
    REQUESTED,
    /** A trusted certificate is required. */
    REQUIRED
  }

  public RestTls {
    protocols = List.copyOf(protocols);
    ciphers = List.copyOf(ciphers);
  }
}
