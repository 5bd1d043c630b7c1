package com.ecommerce.user.core.request;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A place in a distributed trace, as the header {@code traceparent} of W3C Trace Context has it.
 *
 * @param text version, trace id, span id and flags in hexadecimal digits, with dashes between
 */
public record TraceParent(String text) {
  private static final Pattern FORM =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

  /**
   * @throws IllegalArgumentException when the text is none
   */
  public TraceParent {
    requireNonNull(text, "text");
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("no traceparent (expected: as W3C Trace Context has it)");
    }
  }

  /** Empty for a text that is none, or is null. */
  public static Optional<TraceParent> parse(String text) {
    return Optional.ofNullable(text)
        .filter(found -> FORM.matcher(found).matches())
        .map(TraceParent::new);
  }

  /** The whole trace. */
  public String traceId() {
    return text.substring(3, 35);
  }

  /** The place in it. */
  public String spanId() {
    return text.substring(36, 52);
  }

  /** Returns the flags, which tell whether the trace is sampled, and more. */
  public String flags() {
    return text.substring(53);
  }
}
