package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.session.CertifiedServices;
import com.ecommerce.user.rest.json.UnknownFields;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The operator's settings for the REST API.
 *
 * @param bindAddress the address to listen on; all interfaces if empty
 * @param port the port to listen on; 0 chooses a free one
 * @param publicBaseUrl the URL at which clients reach this API; if empty, links use the host of the
 *     request
 * @param corsOrigins origins whose pages may call, such as {@code https://shop.example}; {@code *}
 *     for any
 * @param unknownFields the handling of body fields that the operation does not know
 * @param proxies the proxies whose statement about a client's address is believed
 * @param tls the TLS settings; plaintext if empty
 * @param certifiedServices the services that may identify themselves by a client certificate
 * @param shutdownGrace the time that running calls have to finish at a stop
 * @param buildVersion the version that health checks report
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

  /**
   * Returns the path of the public URL, without a slash at its end; empty unless a proxy adds one.
   */
  public String publicPath() {
    return publicBaseUrl.map(URI::getRawPath).orElse("").replaceFirst("/$", "");
  }

  /** Returns whether browsers reach this API over TLS, here or at a proxy. */
  public boolean isSecure() {
    return tls.isPresent() || publicBaseUrl.filter(RestSettings::isHttps).isPresent();
  }

  private static boolean isHttps(URI url) {
    return "https".equalsIgnoreCase(url.getScheme());
  }

  /** Returns the public URL without a slash at its end. */
  public Optional<String> publicUrl() {
    return publicBaseUrl.map(url -> url.toString().replaceFirst("/$", ""));
  }

  /**
   * Returns settings for this port on all interfaces, with a grace of 10 seconds and no CORS
   * origins.
   */
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
