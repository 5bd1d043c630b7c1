package com.ecommerce.user.core.request;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry that each call, of either transport, writes to the log at DEBUG. It contains no
 * personal data: callers are given by id, and networks are too coarse to identify a person.
 * Immutable.
 *
 * @param method the full name of a gRPC method, or the HTTP method and the route template of a REST
 *     request
 * @param outcome a gRPC code or an HTTP status
 * @param nanoseconds from the start of the call to its end
 * @param clientNetwork the client network, as in {@link RequestContext}
 */
public record AccessLogEntry(
    String method, String outcome, long nanoseconds, Actor caller, String clientNetwork) {
  private static final Logger log = LoggerFactory.getLogger("com.ecommerce.user.calls");

  /**
   * Returns whether entries are logged. Callers check this first, since most servers do not log
   * them.
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
