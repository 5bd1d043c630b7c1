package com.ecommerce.user.rest;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.rest.auth.AuthRoutes;
import com.ecommerce.user.rest.auth.KeyRoutes;
import com.ecommerce.user.rest.auth.PasswordRoutes;
import com.ecommerce.user.rest.auth.SessionRoutes;
import com.ecommerce.user.rest.auth.VerificationRoutes;
import com.ecommerce.user.rest.console.ConsoleRoutes;
import com.ecommerce.user.rest.http.Authenticator;
import com.ecommerce.user.rest.http.ObservedRequests;
import com.ecommerce.user.rest.http.RequestBody;
import com.ecommerce.user.rest.http.RequestEnds;
import com.ecommerce.user.rest.http.RequestListeners;
import com.ecommerce.user.rest.http.RequestMeter;
import com.ecommerce.user.rest.http.RequestObserver;
import com.ecommerce.user.rest.http.RequestPipeline;
import com.ecommerce.user.rest.http.RestSettings;
import com.ecommerce.user.rest.http.Route;
import com.ecommerce.user.rest.http.RouteLimits;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.jetty.BodyLimiter;
import com.ecommerce.user.rest.jetty.ConnectionLimits;
import com.ecommerce.user.rest.jetty.JettyOptions;
import com.ecommerce.user.rest.jetty.NetworkPaths;
import com.ecommerce.user.rest.jetty.ProtocolErrors;
import com.ecommerce.user.rest.jetty.RealMethod;
import com.ecommerce.user.rest.jetty.RestConnector;
import com.ecommerce.user.rest.jetty.RestLimits;
import com.ecommerce.user.rest.jetty.TlsConnector;
import com.ecommerce.user.rest.page.PageRoutes;
import com.ecommerce.user.rest.page.PageSettings;
import com.ecommerce.user.rest.resource.AddressRoutes;
import com.ecommerce.user.rest.resource.EventRoutes;
import com.ecommerce.user.rest.resource.HealthRoutes;
import com.ecommerce.user.rest.resource.PreferenceRoutes;
import com.ecommerce.user.rest.resource.UserRoutes;
import com.ecommerce.user.rest.resource.WebhookRoutes;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The User Service over HTTP: JSON resources, their OpenAPI description, and the pages that links
 * in mails open. It is a thin layer on {@link UserCore}. The caller closes it before the core and
 * the workers, which it does not close. Thread-safe.
 *
 * <p>Requests about a person need an access token, whether or not other transports require one.
 */
public final class RestApi implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RestApi.class);

  /** The threads that accept connections, select and parse requests. None of them ever blocks. */
  private static final int NETWORK_THREADS = 8;

  /** The time after which an idle connection is closed. */
  private static final int IDLE_MILLIS = 30_000;

  /** The number of checks of connections in the time that a request may take to arrive. */
  private static final int CHECKS_IN_BODY_TIME = 6;

  private static final int MAX_HEADER_BYTES = 16 * 1024;

  private final RestSettings settings;
  private final Routes routes;
  private final RandomGenerator random;
  private final RequestMeter meter;
  private final ScheduledThreadPoolExecutor timer;
  private final Optional<TlsConnector> tls;
  private final RequestPipeline pipeline;
  private final RestLimits limits;
  private final ConnectionLimits connections;
  private final BodyLimiter bodies;
  private final Javalin javalin;

  /**
   * Creates an API, which {@link #start} starts.
   *
   * @param pages the settings of the HTML pages
   * @param workers run the handlers that may block; a call that they reject is answered with 429
   * @param clock determines which days are in the past, and which certificates have expired
   * @param random makes call ids and the keys of forms; must be thread-safe, need not be
   *     cryptographically secure
   * @param listeners observe the requests
   * @throws IllegalArgumentException if a page template of the operator is wrong
   */
  public RestApi(
      UserCore core,
      RestSettings settings,
      PageSettings pages,
      Workers workers,
      Clock clock,
      RandomGenerator random,
      RequestListeners listeners) {
    this(core, settings, pages, workers, clock, random, listeners, RestLimits.ofThisProcess());
  }

  /** Creates an API with the given limits. */
  RestApi(
      UserCore core,
      RestSettings settings,
      PageSettings pages,
      Workers workers,
      Clock clock,
      RandomGenerator random,
      RequestListeners listeners,
      RestLimits limits) {
    this.settings = settings;
    this.limits = limits;
    this.bodies = new BodyLimiter(limits, settings.proxies());
    this.connections = new ConnectionLimits(limits, settings.proxies(), System::nanoTime);
    this.random = random;
    this.meter = listeners.meter();
    var authenticator =
        new Authenticator(core.sessions(), core.rateLimits(), settings.certifiedServices(), clock);
    var pageRoutes = new PageRoutes(core, settings, pages, workers, clock);
    routes = routes(core, settings, pageRoutes, workers, clock);
    pages
        .console()
        .ifPresent(
            console ->
                new ConsoleRoutes(core, pageRoutes, console, workers, clock, random).addTo(routes));
    timer = DaemonThreads.timer("rest-timer");
    timer.setRemoveOnCancelPolicy(true);
    pipeline =
        new RequestPipeline(
            routes,
            authenticator,
            new RouteLimits(core.rateLimits()),
            settings,
            core.securityLog(),
            random,
            timer);
    tls = settings.tls().map(chosen -> new TlsConnector(settings, chosen));
    javalin = Javalin.create(config -> configure(config, listeners.observer()));
  }

  private static Routes routes(
      UserCore core, RestSettings settings, PageRoutes pages, Workers workers, Clock clock) {
    var routes = new Routes(workers, pages);
    new HealthRoutes(core.health(), settings.buildVersion()).addTo(routes);
    new AuthRoutes(core).addTo(routes);
    new PasswordRoutes(core).addTo(routes);
    new VerificationRoutes(core).addTo(routes);
    new UserRoutes(core, clock, settings.publicUrl()).addTo(routes);
    new EventRoutes(core.userEvents(), settings.publicUrl()).addTo(routes);
    new WebhookRoutes(core.webhooks(), settings.publicUrl()).addTo(routes);
    new AddressRoutes(core.addresses()).addTo(routes);
    new PreferenceRoutes(core.preferences()).addTo(routes);
    new SessionRoutes(core.sessions(), settings.publicUrl()).addTo(routes);
    pages.addTo(routes);
    new KeyRoutes(core.sessions()).addTo(routes);
    return routes;
  }

  private void configure(JavalinConfig config, Optional<RequestObserver> observer) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = false;
    config.router.ignoreTrailingSlashes = true;
    config.router.javaLangErrorHandler(RestApi::answerDefect);
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.http.maxRequestSize = RequestBody.MAX_BYTES;
    config.jetty.addConnector(this::connector);
    config.jetty.threadPool = networkThreads();
    config.jetty.modifyServer(this::prepare);
    config.jetty.modifyHttpConfiguration(RestApi::limit);
    observer
        .map(ObservedRequests::new)
        .ifPresent(observed -> config.routes.before(observed::begin));
    config.routes.before(pipeline::begin);
    for (Route route : routes.all()) {
      add(config, route);
    }
    config.routes.exception(Exception.class, (failure, context) -> pipeline.fail(context, failure));
    // Without this handler, Javalin's own handler for these exceptions would run first.
    config.routes.exception(
        HttpResponseException.class, (failure, context) -> pipeline.fail(context, failure));
    observer.ifPresent(
        observed ->
            config.requestLogger.http((context, milliseconds) -> ObservedRequests.end(context)));
  }

  /** Answers a failure outside of handlers. Javalin's own response would reveal its cause. */
  private static void answerDefect(HttpServletResponse response, Error defect) {
    log.error("A request failed unexpectedly outside of its handler", defect);
    response.setStatus(500);
  }

  private static QueuedThreadPool networkThreads() {
    var threads = new QueuedThreadPool(NETWORK_THREADS, 1);
    threads.setName("rest");
    threads.setDaemon(true);
    return threads;
  }

  private void prepare(Server server) {
    server.setStopTimeout(settings.shutdownGrace().toMillis());
    server.setErrorHandler(new ProtocolErrors(random));
    server.setRequestLog(new RequestEnds(meter));
    // A body is read before its request occupies a thread, so that slow senders hold none.
    var loader =
        new EagerContentHandler.RetainedContentLoaderFactory(2L * RequestBody.MAX_BYTES, -1, true);
    // There is no GracefulHandler, since it would refuse requests on open connections during a
    // stop.
    bodies.setHandler(new EagerContentHandler(loader));
    server.setHandler(new JettyOptions(new NetworkPaths(bodies)));
  }

  private Connector connector(Server server, HttpConfiguration http) {
    return tls.map(secure -> secure.make(server, http, this::drain, connections))
        .orElseGet(
            () ->
                new RestConnector(
                    server, settings, this::drain, connections, new HttpConnectionFactory(http)));
  }

  private static void limit(HttpConfiguration http) {
    // By default, Jetty replaces a value by an earlier one of the same connection that differs only
    // in case, which would accept access tokens in the wrong case.
    http.setHeaderCacheCaseSensitive(true);
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(MAX_HEADER_BYTES);
    http.setIdleTimeout(IDLE_MILLIS);
    http.addCustomizer(new RealMethod());
  }

  private void add(JavalinConfig config, Route route) {
    var methods = route.method().equals("GET") ? List.of("GET", "HEAD") : List.of(route.method());
    for (String method : methods) {
      config.routes.addHttpHandler(
          HandlerType.findOrCreate(method),
          route.path(),
          context -> pipeline.answer(context, route));
    }
  }

  /**
   * Sets the certificate of new connections and the authorities that they trust. Existing
   * connections are not affected. With TLS, this must be called before {@link #start}, and may be
   * called again at any time.
   *
   * @throws IllegalStateException when the settings have no TLS
   */
  public void useTls(SSLContext context) {
    tls.orElseThrow(() -> new IllegalStateException("no TLS was chosen")).use(context);
  }

  /**
   * Starts to listen.
   *
   * @throws IOException when the port is in use or the address is not this machine's
   */
  public void start() throws IOException {
    try {
      javalin.start();
      long pause = limits.bodyTime().toMillis() / CHECKS_IN_BODY_TIME;
      timer.scheduleWithFixedDelay(
          connections::closeUnfinished, pause, pause, TimeUnit.MILLISECONDS);
    } catch (JavalinException failed) {
      throw new IOException(Stages.innermostCause(failed).getMessage(), failed);
    }
  }

  /** Returns the port that it listens on. */
  public int port() {
    return javalin.port();
  }

  /** Returns every route, to compare them with the documentation. */
  List<Route> routes() {
    return routes.all();
  }

  /** Returns the memory of the bodies whose requests are not answered yet, in bytes. */
  long heldBodyBytes() {
    return bodies.heldBytes();
  }

  /** Returns the number of open connections. */
  int connections() {
    return connections.size();
  }

  /**
   * Makes each response from now on close its connection, so that clients behind a load balancer
   * reconnect to another instance.
   */
  public void drain() {
    pipeline.drain();
  }

  /**
   * Stops. New connections are refused. Open ones are served until their next response, or until
   * they have been idle for a second. The rest are closed after the grace period.
   */
  @Override
  public void close() {
    try {
      javalin.stop();
    } catch (JavalinException late) {
      log.warn(
          "Requests are still running after {} s and are cut off",
          settings.shutdownGrace().toSeconds());
      log.debug("Jetty did not stop in time", late);
    } finally {
      timer.shutdownNow();
    }
  }
}
