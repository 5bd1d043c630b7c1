package com.ecommerce.user.core.request;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A position in a distributed trace, in the format of the W3C Trace Context header {@code
 * traceparent}. Immutable.
 *
 * @param text version, trace id, span id and flags in hexadecimal digits, separated by hyphens
 */
public record TraceParent(String text) {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

  /**
   * Creates a position.
   *
   * @throws IllegalArgumentException if the text is not in this format
   */
  public TraceParent {
    requireNonNull(text, "text");
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "not a traceparent (expected: the format of W3C Trace Context)");
    }
  }

  /** Returns the position; empty if the text is null or not in this format. */
  public static Optional<TraceParent> parse(@Nullable String text) {
    return Optional.ofNullable(text)
        .filter(found -> FORM.matcher(found).matches())
        .map(TraceParent::new);
  }

  /** Returns the id of the trace, 32 hexadecimal digits. */
  public String traceId() {
    return text.substring(3, 35);
  }

  /** Returns the id of the span, 16 hexadecimal digits. */
  public String spanId() {
    return text.substring(36, 52);
  }

  /** Returns the flags, for example whether the trace is sampled. */
  public String flags() {
    return text.substring(53);
  }
}
