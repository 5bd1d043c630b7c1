package com.ecommerce.user.core.request;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The fields that every log line of a call carries, so that the lines of one call can be found
 * together. They are attached to a thread while it works for the call, through slf4j's MDC.
 *
 * @param callId empty for work that belongs to no call
 * @param traceId the id of the trace that the call is part of (W3C Trace Context, 32 hexadecimal
 *     digits); empty when the call is not traced
 */
public record LogContext(String callId, String traceId) {
  /** The context of work that belongs to no call. */
  public static final LogContext NONE = new LogContext("", "");

  /** The name of the call id in the MDC and in logs. */
  public static final String CALL_ID = "call_id";

  /** The name of the trace id in the MDC and in logs. */
  public static final String TRACE_ID = "trace_id";

  private static final Scope NOTHING = () -> {};

  public LogContext {
    requireNonNull(callId, "callId");
    requireNonNull(traceId, "traceId");
  }

  /**
   * The time during which the lines of a thread carry a context. It must be closed on the thread
   * that attached the context.
   */
  @FunctionalInterface
  public interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  /** Returns the context of a call that is not traced. */
  public static LogContext ofCall(String callId) {
    return new LogContext(callId, "");
  }

  /** Returns the fields that the lines of this thread carry now. */
  public static LogContext current() {
    String callId = MDC.get(CALL_ID);
    return callId == null ? NONE : new LogContext(callId, orEmpty(MDC.get(TRACE_ID)));
  }

  private static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }

  /**
   * Attaches this context to the current thread until the scope is closed. Attaching {@link #NONE}
   * leaves the thread's fields as they are.
   */
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
