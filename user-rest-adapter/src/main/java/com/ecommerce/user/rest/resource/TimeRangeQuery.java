package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.rest.http.ApiRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A half-open range of times, given by two query parameters.
 *
 * @param after the earliest time, inclusive
 * @param before the end, exclusive
 */
record TimeRangeQuery(Optional<Instant> after, Optional<Instant> before) {
  /** Parses the parameters with these names. */
  static TimeRangeQuery of(
      ApiRequest request, Violations violations, String afterName, String beforeName) {
    var after = time(request, violations, afterName);
    var before = time(request, violations, beforeName);
    if (after.isPresent() && before.isPresent() && after.get().isAfter(before.get())) {
      violations.add(
          afterName,
          "INVALID_RANGE",
          "later than " + beforeName + " (expected: " + afterName + " <= " + beforeName + ")");
    }
    return new TimeRangeQuery(after, before);
  }

  private static Optional<Instant> time(ApiRequest request, Violations violations, String name) {
    return request.query(name).map(text -> violations.parse(name, text, TimeRangeQuery::instant));
  }

  private static Instant instant(String text) {
    var time = parsed(text);
    int year = time.getYear();
    if (year < 1 || year > 9999) {
      throw new InvalidValueException(
          "INVALID_TIMESTAMP", "out of range (expected: year 1 to 9999)");
    }
    return time.toInstant();
  }

  private static OffsetDateTime parsed(String text) {
    try {
      return text.length() <= 10
          ? LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC)
          : OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
    } catch (DateTimeException notATime) {
      throw new InvalidValueException(
          "INVALID_TIMESTAMP",
          "not a time (expected: for example 2026-01-31 or 2026-01-31T12:00:00Z)");
    }
  }
}
