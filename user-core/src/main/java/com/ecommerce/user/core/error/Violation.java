package com.ecommerce.user.core.error;

import static java.util.Objects.requireNonNull;

/**
 * A broken rule of a request. Immutable.
 *
 * @param field the path of the field in the request, such as {@code address.address.country_code}
 * @param rule the rule in UPPER_SNAKE_CASE, such as {@code REQUIRED} or {@code TOO_LONG}
 * @param message the value, if it may be shown, and the expectation; never a secret
 */
public record Violation(String field, String rule, String message) {
  public Violation {
    requireNonNull(field, "field");
    requireNonNull(rule, "rule");
    requireNonNull(message, "message");
  }
}
