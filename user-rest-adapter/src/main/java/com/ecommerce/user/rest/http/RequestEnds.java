package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.request.AccessLogEntry;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.ClientNetwork;
import com.ecommerce.user.core.request.LogContext;
import com.ecommerce.user.core.request.RequestContext;
import java.net.InetSocketAddress;
import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;

/**
 * Counts every request that ends, and writes its access log entry. This includes requests that
 * Jetty refused before they reached a route. Thread-safe.
 */
public final class RequestEnds implements RequestLog {
  /** The attributes of a request. Those of the steps that it did not reach are absent. */
  static final String ROUTE = "users.route";

  static final String BEGIN = "users.begin";
  static final String CALL = "users.call";

  /** The methods of all routes, and OPTIONS. */
  public static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private static final int CLIENT_LEFT = 499;

  private final RequestMeter meter;

  public RequestEnds(RequestMeter meter) {
    this.meter = meter;
  }

  @Override
  public void log(Request request, Response response) {
    String method =
        METHODS.contains(request.getMethod()) ? request.getMethod() : RequestMeter.OTHER;
    String route = request.getAttribute(ROUTE) instanceof String known ? known : RequestMeter.OTHER;
    long begin =
        request.getAttribute(BEGIN) instanceof Long began ? began : request.getBeginNanoTime();
    int status = response.getStatus() > 0 ? response.getStatus() : CLIENT_LEFT;
    long nanoseconds = System.nanoTime() - begin;
    meter.answered(method, route, status, nanoseconds);
    if (AccessLogEntry.isWanted()) {
      var context = context(request, response);
      // The entry has the route's template, since the path may contain personal data or a token.
      line(request, method + " " + route, status, nanoseconds).write(context);
    }
  }

  private static AccessLogEntry line(Request request, String name, int status, long nanoseconds) {
    String outcome = Integer.toString(status);
    return request.getAttribute(CALL) instanceof RequestContext call
        ? new AccessLogEntry(name, outcome, nanoseconds, call.actor(), call.clientNetwork())
        : new AccessLogEntry(name, outcome, nanoseconds, Actor.ANONYMOUS, peerNetwork(request));
  }

  /** Returns the log fields of the request, which may have reached no route. */
  private static LogContext context(Request request, Response response) {
    if (request.getAttribute(RequestPipeline.LOG) instanceof LogContext known) {
      return known;
    }
    String callId = response.getHeaders().get(RequestPipeline.CALL_ID_HEADER);
    return LogContext.ofCall(callId == null ? "" : callId);
  }

  /** Returns the client network of a request that reached no route. */
  private static String peerNetwork(Request request) {
    return request.getConnectionMetaData().getRemoteSocketAddress()
            instanceof InetSocketAddress peer
        ? ClientNetwork.of(peer.getAddress())
        : ClientNetwork.LOCAL;
  }
}
