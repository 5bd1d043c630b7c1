package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.session.CertifiedServices;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The operator's settings for the REST API.
 *
 * @param bindAddress empty: all interfaces
 * @param port 0 takes a free one
 * @param publicBaseUrl where clients reach this API; empty: links carry the host that the client
 *     asked
 * @param corsOrigins origins whose pages may call, such as {@code https://shop.example}; {@code *}
 *     for any
 * @param unknownFields the handling of body fields that the operation does not know
 * @param proxies whom to believe about the address of a client
 * @param tls empty: plaintext
 * @param certifiedServices whose certificates are those of services, where clients show one
 * @param shutdownGrace how long running calls may take to finish at a stop
 * @param buildVersion as the health answer tells it
 */
public record RestSettings(
    Optional<String> bindAddress,
    int port,
    Optional<URI> publicBaseUrl,
    Set<String> corsOrigins,
    UnknownFields unknownFields,
    TrustedProxies proxies,
    Optional<RestTls> tls,
    CertifiedServices certifiedServices,
    Duration shutdownGrace,
    String buildVersion) {
  public RestSettings {
    corsOrigins = Set.copyOf(corsOrigins);
  }

  /** The path of the public URL, without a slash at its end: empty unless a proxy adds one. */
  public String publicPath() {
    return publicBaseUrl.map(URI::getRawPath).orElse("").replaceFirst("/$", "");
  }

  /** Returns the public URL without a slash at its end. */
  public Optional<String> publicUrl() {
    return publicBaseUrl.map(url -> url.toString().replaceFirst("/$", ""));
  }

  /** On all interfaces at this port, with a grace of 10 seconds, for no other origin. */
  public static RestSettings onPort(int port) {
    return new RestSettings(
        Optional.empty(),
        port,
        Optional.empty(),
        Set.of(),
        UnknownFields.REJECT,
        TrustedProxies.NONE,
        Optional.empty(),
        CertifiedServices.NONE,
        Duration.ofSeconds(10),
        "unknown");
  }
}
