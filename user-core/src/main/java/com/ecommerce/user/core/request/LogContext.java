package com.ecommerce.user.core.request;

import static java.util.Objects.requireNonNull;

import org.slf4j.MDC;

/**
 * The fields that every log line of a call carries, so that the lines of one call can be found
 * together. They are attached to a thread while it works for the call, through slf4j's MDC.
 *
 * @param callId empty for work that belongs to no call
 * @param traceId of the trace that the call is part of (W3C Trace Context, 32 hexadecimal digits);
 *     empty when it is not traced
 */
public record LogContext(String callId, String traceId) {
  /** Of work that belongs to no call. */
  public static final LogContext NONE = new LogContext("", "");

  /** The names of the fields in the MDC, and in logs. */
  public static final String CALL_ID = "call_id";

  public static final String TRACE_ID = "trace_id";

  private static final Scope NOTHING = () -> {};

  public LogContext {
    requireNonNull(callId, "callId");
    requireNonNull(traceId, "traceId");
  }

  /** Until it is closed, on the same thread, lines carry the context. */
  @FunctionalInterface
  public interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  /** Of a call that is not traced. */
  public static LogContext ofCall(String callId) {
    return new LogContext(callId, "");
  }

  /** Returns the fields that the lines of this thread carry now. */
  public static LogContext current() {
    String callId = MDC.get(CALL_ID);
    return callId == null ? NONE : new LogContext(callId, orEmpty(MDC.get(TRACE_ID)));
  }

  private static String orEmpty(String value) {
    return value == null ? "" : value;
  }

  /** From now on lines of this thread carry this context; those of {@link #NONE} what they did. */
  public Scope attach() {
    if (callId.isEmpty() || callId.equals(MDC.get(CALL_ID))) {
      return NOTHING;
    }
    var before = current();
    set(this);
    return () -> set(before);
  }

  private static void set(LogContext context) {
    set(CALL_ID, context.callId);
    set(TRACE_ID, context.traceId);
  }

  private static void set(String name, String value) {
    if (value.isEmpty()) {
      MDC.remove(name);
    } else {
      MDC.put(name, value);
    }
  }
}
