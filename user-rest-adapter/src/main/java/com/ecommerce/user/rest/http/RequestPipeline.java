package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.SecurityLog;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.ClientInfo;
import com.ecommerce.user.core.request.ClientNetwork;
import com.ecommerce.user.core.request.LogContext;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.rest.json.UnknownFields;
import com.ecommerce.user.rest.json.Utf8;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.ee10.servlet.HttpOutput;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes every request: assigns a call id, sets the common response headers, authenticates and
 * authorizes the caller, runs the route's handler, and turns a failure into a problem. Thread-safe.
 */
public final class RequestPipeline {
  private static final Logger log = LoggerFactory.getLogger(RequestPipeline.class);

  public static final String CALL_ID_HEADER = "X-Call-Id";

  static final String LOG = "users.log";

  private static final int NOT_MODIFIED = 304;
  private static final int UNAUTHORIZED = 401;

  /**
   * The headers of every reply that does not set others. They tell browsers to run and store
   * nothing.
   */
  private static final Map<String, String> DEFAULT_HEADERS =
      Map.of(
          "X-Content-Type-Options", "nosniff",
          "Cache-Control", "no-store",
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
          "Referrer-Policy", "no-referrer");

  private final Routes routes;
  private final Authenticator authenticator;
  private final RouteLimits limits;
  private final Cors cors;
  private final TrustedProxies proxies;
  private final String publicPath;
  private final Problems problems;
  private final SecurityLog security;
  private final UnknownFields unknownFields;
  private final RandomGenerator random;
  private final ScheduledExecutorService timer;
  private volatile boolean isDraining;

  /**
   * @param security records refusals
   * @param random makes call ids; thread-safe
   * @param timer stops the work of requests that take too long
   */
  public RequestPipeline(
      Routes routes,
      Authenticator authenticator,
      RouteLimits limits,
      RestSettings settings,
      SecurityLog security,
      RandomGenerator random,
      ScheduledExecutorService timer) {
    this.routes = routes;
    this.authenticator = authenticator;
    this.limits = limits;
    this.cors = new Cors(settings.corsOrigins());
    this.proxies = settings.proxies();
    this.publicPath = settings.publicPath();
    this.unknownFields = settings.unknownFields();
    this.problems = new Problems(publicPath);
    this.security = security;
    this.random = random;
    this.timer = timer;
  }

  /** Prepares a request. Called before any handler, also for paths that do not exist. */
  public void begin(Context context) {
    String callId = HexFormat.of().toHexDigits(random.nextLong());
    context.attribute(RequestEnds.BEGIN, System.nanoTime());
    context.attribute(LOG, new LogContext(callId, ObservedRequests.traceId(context)));
    context.header(CALL_ID_HEADER, callId);
    DEFAULT_HEADERS.forEach(context::header);
    if (isDraining) {
      context.header("Connection", "close");
    }
    cors.addHeaders(context);
    if (Utf8.isReplaced(context.req().getRequestURI())) {
      fail(context, HttpRefusal.PATH_MALFORMED.because(Utf8.EXPECTED));
      context.skipRemainingHandlers();
      return;
    }
    String method = context.req().getMethod();
    if (method.equals("OPTIONS")) {
      answerOptions(context);
      context.skipRemainingHandlers();
    } else if (!RequestEnds.METHODS.contains(method)) {
      // For a method such as BEFORE, Javalin would run its own handlers of that name.
      fail(context, noRoute(context));
      context.skipRemainingHandlers();
    }
  }

  /** Makes each response from now on close its connection. */
  public void drain() {
    isDraining = true;
  }

  /** Returns the log fields of the request; none before {@link #begin}. */
  private static LogContext logContext(Context context) {
    LogContext known = context.attribute(LOG);
    return known == null ? LogContext.NONE : known;
  }

  private void answerOptions(Context context) {
    Set<String> methods = routes.methods(context.path());
    if (methods.isEmpty()) {
      fail(context, noRoute(context));
      return;
    }
    writeNothing(context, 204);
    context.header("Allow", String.join(", ", methods));
    cors.addPreflightHeaders(context, methods);
  }

  /** Answers a request by the handler of its route, possibly asynchronously. */
  public void answer(Context context, Route route) {
    context.attribute(RequestEnds.ROUTE, route.path());
    context.future(
        () ->
            reply(context, route)
                .exceptionally(failure -> problem(context, failure))
                .thenApply(reply -> replayed(context, reply))
                .thenApply(reply -> conditional(context, reply))
                .thenCompose(reply -> send(context, reply))
                .toCompletableFuture());
  }

  private CompletionStage<ApiResponse> reply(Context context, Route route) {
    try {
      var request = request(context, route);
      var response =
          admitted(request, route)
              .thenApply(ApiRequest::keyed)
              .thenCompose(route.handler()::handle);
      return route.kind() == Route.Kind.RESOURCE
          ? response
          : response
              .exceptionally(failure -> failurePage(request, context, failure))
              .thenApply(page -> noted(context, page));
    } catch (RuntimeException | Error failure) {
      return CompletableFuture.failedStage(failure);
    }
  }

  /** Records the permission that a page says is denied, in the security log. */
  private ApiResponse noted(Context context, ApiResponse page) {
    if (context.attribute(ApiRequest.DENIED) != null) {
      noteDenial(context);
    }
    return page;
  }

  /** Returns the page about a failure; a problem if no form of a browser makes such a request. */
  private ApiResponse failurePage(ApiRequest request, Context context, Throwable failure) {
    var problem = problem(context, failure);
    var cause = Stages.unwrapped(failure);
    return cause instanceof HttpRefusedException
        ? problem
        : routes.pages().failure(request, problem.status(), cause);
  }

  /** Checks the credentials, then the limits, then the rights. */
  private CompletionStage<ApiRequest> admitted(ApiRequest request, Route route) {
    var operation = route.operation();
    if (route.kind() == Route.Kind.SESSION_PAGE) {
      return routes.pages().identify(request).thenCompose(limits::admit);
    }
    if (route.kind() == Route.Kind.PAGE) {
      return limits.admit(request);
    }
    var identified =
        operation.isOpen()
            ? authenticator.identifyIfPossible(request)
            : authenticator.identify(request);
    return identified
        .thenCompose(limits::admit)
        .thenApply(known -> Authenticator.require(known, operation));
  }

  private ApiRequest request(Context context, Route route) {
    var deadline = new RequestDeadline(System::nanoTime, timer);
    String network = clientNetwork(context);
    var call =
        new RequestContext(
            Actor.ANONYMOUS,
            network,
            deadline,
            Optional.empty(),
            ObservedRequests.work(context),
            logContext(context),
            client(context, network));
    context.attribute(RequestEnds.CALL, call);
    return new ApiRequest(context, route, call, Caller.ANONYMOUS, unknownFields);
  }

  private static ClientInfo client(Context context, String network) {
    String userAgent = context.header("User-Agent");
    boolean isForwarded = !network.equals(ClientNetwork.of(ApiRequest.peer(context)));
    return new ClientInfo(userAgent == null ? "" : userAgent, isForwarded);
  }

  private String clientNetwork(Context context) {
    var forwardedFor = Collections.list(context.req().getHeaders("X-Forwarded-For"));
    return ClientNetwork.of(proxies.client(ApiRequest.peer(context), forwardedFor));
  }

  /** Answers a request that Javalin itself could not answer. */
  public void fail(Context context, Throwable failure) {
    boolean noRoute = failure instanceof HttpResponseException refused && refused.getStatus() < 500;
    var problem = problem(context, noRoute ? noRoute(context) : failure);
    context.future(() -> send(context, problem));
  }

  /**
   * Returns the problem for a failure. A status of 401 is about the access token if one was read,
   * and otherwise about the credentials in the body.
   */
  private ApiResponse problem(Context context, Throwable failure) {
    if (Problems.isDenial(failure)) {
      noteDenial(context);
    }
    boolean hadToken = context.attribute(ApiRequest.TOKEN_READ) != null;
    return problems.toReply(failure, logContext(context), hadToken);
  }

  private void noteDenial(Context context) {
    RequestContext call = context.attribute(RequestEnds.CALL);
    String route = context.attribute(RequestEnds.ROUTE);
    security.accessDenied(call, context.req().getMethod() + " " + route);
  }

  private HttpRefusedException noRoute(Context context) {
    Set<String> methods = routes.methods(context.path());
    if (methods.isEmpty()) {
      return HttpRefusal.ROUTE_NOT_FOUND.because(
          "there is no resource at this path (see " + publicPath + "/openapi.json)");
    }
    String allowed = String.join(", ", methods);
    return HttpRefusal.METHOD_NOT_ALLOWED.because(
        "the path has no such method (expected: one of " + allowed + ")", "Allow", allowed);
  }

  /**
   * Sends the reply without blocking on a client that reads slowly, unlike Javalin's own method.
   *
   * @return completes when everything has been sent, or the client has disconnected
   */
  private CompletableFuture<Void> send(Context context, ApiResponse reply) {
    reply
        .headers()
        .forEach(
            (name, value) -> {
              if (name.equals("Vary")) {
                // Cors adds values of its own to this header.
                context.addHeader(name, value);
              } else if (name.equals("Location")) {
                context.header(name, publicPath + value);
              } else {
                context.header(name, value);
              }
            });
    int length = reply.body().length;
    if (reply.status() == NOT_MODIFIED) {
      writeNothing(context, NOT_MODIFIED);
      context.res().setContentLength(length);
      return CompletableFuture.completedFuture(null);
    }
    if (reply.contentType().isEmpty()) {
      writeNothing(context, reply.status());
      return CompletableFuture.completedFuture(null);
    }
    context.status(reply.status()).contentType(reply.contentType());
    context.res().setContentLength(length);
    var sent = new Callback.Completable();
    try {
      // A stream would not do, since Jetty 12.1 does not report the failures of its writes.
      var output = (HttpOutput) context.res().getOutputStream();
      output.sendContent(ByteBuffer.wrap(reply.body()), sent);
    } catch (IOException gone) {
      sent.failed(gone);
    }
    return sent.exceptionally(
        gone -> {
          log.debug("A client disconnected before its response was sent", gone);
          return null;
        });
  }

  /** Sends no body, and no content type, which Javalin would set by default. */
  private static void writeNothing(Context context, int status) {
    context.status(status);
    context.res().setContentType(null);
  }

  /**
   * Marks the response if it repeats that of an earlier request with the same idempotency key.
   * Rejected credentials are not kept, so a response about them repeats none.
   */
  private static ApiResponse replayed(Context context, ApiResponse reply) {
    RequestContext call = context.attribute(RequestEnds.CALL);
    boolean isReplayed = call != null && call.isReplayed() && reply.status() != UNAUTHORIZED;
    return isReplayed ? reply.header(RequestKeys.REPLAYED, "true") : reply;
  }

  /**
   * Applies the conditions of a read to the reply. For changes, the handlers check the conditions.
   */
  private ApiResponse conditional(Context context, ApiResponse reply) {
    if (reply.status() != 200 || !isRead(context)) {
      return reply;
    }
    try {
      var etag = Optional.ofNullable(reply.headers().get(ApiResponse.ETAG));
      return ApiRequest.conditions(context).isNotModified(etag)
          ? reply.status(NOT_MODIFIED)
          : reply;
    } catch (UserServiceException | HttpRefusedException unmet) {
      return problem(context, unmet);
    }
  }

  private static boolean isRead(Context context) {
    return Set.of("GET", "HEAD").contains(context.req().getMethod());
  }
}
