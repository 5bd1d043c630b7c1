package com.ecommerce.user.core.webhook;

import static java.util.Objects.requireNonNull;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The answer of an endpoint to a message, without its body, which is ignored. Immutable.
 *
 * @param status the HTTP status
 * @param retryAfter the value of the header field {@code Retry-After}, as it was sent; empty if
 *     there was none
 */
public record WebhookAnswer(int status, Optional<String> retryAfter) {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVICE_UNAVAILABLE = 503;
  private static final int GONE = 410;
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  public WebhookAnswer {
    requireNonNull(retryAfter, "retryAfter");
  }

  /** Returns an answer without {@code Retry-After}. */
  public static WebhookAnswer of(int status) {
    return new WebhookAnswer(status, Optional.empty());
  }

  /** Returns whether the endpoint has accepted the message. */
  public boolean isAccepted() {
    return status / 100 == 2;
  }

  /**
   * Returns whether the endpoint wants no more messages: status 410, as Standard Webhooks defines
   * it.
   */
  public boolean isGone() {
    return status == GONE;
  }

  /**
   * Returns the time that the endpoint asks the sender to wait, from {@code Retry-After} (RFC 9110,
   * section 10.2.3) of an answer with status 429 or 503.
   *
   * @return zero if the endpoint does not ask for it, or if the value is not valid
   */
  public Duration pause(Instant now) {
    if (status != TOO_MANY_REQUESTS && status != SERVICE_UNAVAILABLE) {
      return Duration.ZERO;
    }
    return retryAfter.map(value -> parse(value.strip(), now)).orElse(Duration.ZERO);
  }

  private static Duration parse(String value, Instant now) {
    if (SECONDS.matcher(value).matches()) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      var pause =
          Duration.between(now, DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from));
      return pause.isNegative() ? Duration.ZERO : pause;
    } catch (DateTimeException invalid) {
      return Duration.ZERO;
    }
  }
}
