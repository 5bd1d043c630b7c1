package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/**
 * The entries of a form that replaces a secret.
 *
 * @param overlap the time for which the previous secret stays valid
 * @param changedAt the time of the last change that the page showed; empty for a first secret
 */
record SecretForm(Duration overlap, Optional<Instant> changedAt) {
  /**
   * Parses the fields of the form.
   *
   * @throws UserServiceException with {@code INVALID_REQUEST} if they are malformed
   */
  static SecretForm of(Map<String, String> form) {
    String hours = form.getOrDefault("overlap", "");
    if (!hours.matches("[0-9]{1,3}")) {
      throw malformed("overlap", "one of the list");
    }
    return new SecretForm(
        Duration.ofHours(Long.parseLong(hours)), time(form.getOrDefault("changed_at", "")));
  }

  private static Optional<Instant> time(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException invalid) {
      throw malformed("changed_at", "that of the page");
    }
  }

  private static UserServiceException malformed(String field, String expected) {
    return UserServiceException.invalid(
        ErrorReason.INVALID_REQUEST, field, "malformed (expected: " + expected + ")");
  }
}
