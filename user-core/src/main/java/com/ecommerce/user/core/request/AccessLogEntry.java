package com.ecommerce.user.core.request;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The line that each call leaves in the log at DEBUG, whatever it came through. It has no personal
 * data: callers by id, networks too coarse for a person.
 *
 * @param method of gRPC its full name; of REST its method and the template of its route
 * @param outcome a gRPC code or an HTTP status
 * @param nanoseconds from the call's begin to its end
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
