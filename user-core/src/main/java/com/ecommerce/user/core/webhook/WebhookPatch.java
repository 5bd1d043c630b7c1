package com.ecommerce.user.core.webhook;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Changes of the settings of an endpoint. An empty component leaves the setting as it is.
 * Immutable.
 */
public record WebhookPatch(
    Optional<URI> url, Optional<Set<String>> types, Optional<String> description) {
  public WebhookPatch {
    requireNonNull(url, "url");
    types = requireNonNull(types, "types").map(Set::copyOf);
    requireNonNull(description, "description");
  }

  /** Returns the settings after the changes. */
  public WebhookSettings apply(WebhookSettings before) {
    return new WebhookSettings(
        url.orElse(before.url()),
        types.orElse(before.types()),
        description.orElse(before.description()));
  }
}
