package com.ecommerce.user.core.request;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The line that each call writes to the log at DEBUG, over either transport. It contains no
 * personal data: callers are given by id, and networks are too coarse to identify a person.
 * Immutable.
 *
 * @param method the full name of a gRPC method, or the HTTP method and the route template of a REST
 *     request
 * @param outcome a gRPC code or an HTTP status
 * @param nanoseconds from the start of the call to its end
 * @param clientNetwork as {@link RequestContext} has it
 */
public record AccessLogEntry(
    String method, String outcome, long nanoseconds, Actor caller, String clientNetwork) {
  private static final Logger log = LoggerFactory.getLogger("com.ecommerce.user.calls");

  /**
   * Returns whether lines are written at all. Callers ask this first, since most servers write
   * none.
   */
  public static boolean isWanted() {
    return log.isDebugEnabled();
  }

  /** Writes the line to the log, with the fields of the context. */
  public void write(LogContext context) {
    long microseconds = TimeUnit.NANOSECONDS.toMicros(nanoseconds);
    String network = ClientNetwork.coarse(clientNetwork);
    try (var attached = context.attach()) {
      log.atDebug()
          .addKeyValue("method", method)
          .addKeyValue("outcome", outcome)
          .addKeyValue("duration_us", microseconds)
          .addKeyValue("caller", caller.name())
          .addKeyValue("network", network)
          .log("{} {} {} us by {} from {}", method, outcome, microseconds, caller.name(), network);
    }
  }
}
