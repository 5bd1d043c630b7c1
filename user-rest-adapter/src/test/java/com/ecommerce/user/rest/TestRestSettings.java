package com.ecommerce.user.rest;

import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.rest.http.RestSettings;
import com.ecommerce.user.rest.json.UnknownFields;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Builds settings for a free port that differ from {@link RestSettings#onPort} where a test needs.
 */
final class TestRestSettings {
  private final RestSettings preset = RestSettings.onPort(0);
  private Optional<String> bindAddress = preset.bindAddress();
  private Optional<URI> publicBaseUrl = preset.publicBaseUrl();
  private Set<String> corsOrigins = preset.corsOrigins();
  private UnknownFields unknownFields = preset.unknownFields();
  private TrustedProxies proxies = preset.proxies();
  private Duration shutdownGrace = preset.shutdownGrace();

  TestRestSettings bindAddress(String address) {
    bindAddress = Optional.of(address);
    return this;
  }

  TestRestSettings publicBaseUrl(String url) {
    publicBaseUrl = Optional.of(URI.create(url));
    return this;
  }

  TestRestSettings corsOrigin(String origin) {
    corsOrigins = Set.of(origin);
    return this;
  }

  TestRestSettings unknownFields(UnknownFields treatment) {
    unknownFields = treatment;
    return this;
  }

  TestRestSettings proxies(TrustedProxies trusted) {
    proxies = trusted;
    return this;
  }

  TestRestSettings shutdownGrace(Duration grace) {
    shutdownGrace = grace;
    return this;
  }

  RestSettings build() {
    return new RestSettings(
        bindAddress,
        preset.port(),
        publicBaseUrl,
        corsOrigins,
        unknownFields,
        proxies,
        preset.tls(),
        preset.certifiedServices(),
        shutdownGrace,
        "1.2.3");
  }
}
