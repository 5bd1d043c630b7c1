package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.limit.LocalBuckets;
import com.ecommerce.user.rest.RequestMeter;
import com.ecommerce.user.server.intercept.CallMeter;
import com.ecommerce.user.server.mail.SmtpProbe;
import com.ecommerce.user.server.metrics.Metrics;
import com.ecommerce.user.server.redis.RedisBuckets;
import com.ecommerce.user.server.redis.RedisConnection;
import com.ecommerce.user.server.redis.RedisUrl;
import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running service: every part, opened in order and closed in reverse. */
final class UserServiceServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(UserServiceServer.class);

  private static final Duration WAIT_FOR_PROBE = Duration.ofSeconds(1);

  private final Clock clock = Clock.systemUTC();
  private final SecureRandom random = new SecureRandom();
  private final Closing opened = new Closing();
  private Optional<Metrics> metrics = Optional.empty();
  private Optional<MetricsEndpoint> metricsEndpoint = Optional.empty();
  private Listeners listeners;

  private UserServiceServer() {}

  /**
   * Starts everything, and prints a line for each listener when it is ready.
   *
   * @throws StartupException when a part cannot start; what was started is stopped again
   */
  static UserServiceServer start(ServerSettings settings, PrintStream announcements) {
    var server = new UserServiceServer();
    try {
      server.open(settings);
    } catch (RuntimeException | Error failed) {
      server.close();
      throw failed;
    }
    announcements.println("gRPC UserService listening on port " + server.port());
    server
        .restPort()
        .ifPresent(port -> announcements.println("REST API listening on port " + port));
    server
        .metricsPort()
        .ifPresent(port -> announcements.println("Metrics listening on port " + port));
    announcements.flush();
    return server;
  }

  private void open(ServerSettings settings) {
    log.info("User Service {} starts: {}", BuildInfo.version(), settings);
    openMetrics(settings);
    var url = settings.databaseUrl().orElseGet(() -> embedded(settings).url());
    UserCore core;
    // The parts are built while the database is looked at; only then they start.
    try (var database = Background.start("database-check", () -> prepare(url, settings))) {
      core = build(settings, url);
    }
    core.start();
    listeners.start();
    if (settings.access().mode() == AuthMode.OFF && settings.isReachable()) {
      log.warn(
          "AUTH_MODE=off on an address that other machines reach: whoever can connect may do everything");
    }
  }

  /** Does no I/O. */
  private UserCore build(ServerSettings settings, DatabaseUrl url) {
    ExecutorService workers = Threads.workers(settings.workers());
    opened.add(workers::shutdown);
    metrics.ifPresent(known -> known.watchWorkers(workers));
    var core = opened.add(core(settings, url, workers));
    var calls = metrics.map(Metrics::grpcCalls).orElse(CallMeter.NONE);
    var services =
        opened.add(new GrpcServices(core, workers, clock, random, settings.access(), calls));
    var grpc =
        new GrpcEndpoint(
            settings.listenAddress(), settings.port(), services, settings.shutdownGrace());
    var rest = settings.rest().port().map(port -> rest(port, settings, core, workers));
    watch(core, services.health());
    listeners = opened.add(new Listeners(grpc, rest));
    return core;
  }

  private static void prepare(DatabaseUrl url, ServerSettings settings) {
    DatabasePool.check(url, settings.databaseConnectTimeout());
    DatabasePool.migrate(url, settings.databaseConnectTimeout());
  }

  /** Before all else, so that a probe of a long start, such as a migration, finds it alive. */
  private void openMetrics(ServerSettings settings) {
    if (settings.metrics().port().isEmpty()) {
      return;
    }
    var timer = Executors.newSingleThreadScheduledExecutor(Threads.daemons("metrics-timer"));
    var counted = opened.add(new Metrics(BuildInfo.version(), timer));
    metrics = Optional.of(counted);
    metricsEndpoint =
        Optional.of(
            opened.add(new MetricsEndpoint(settings.listenAddress(), settings.metrics(), counted)));
  }

  private void watch(UserCore core, HealthReporter health) {
    metrics.ifPresent(
        known -> {
          known.watch(core);
          known.watchHealth(core.health().componentNames(), health::isServing, health::latest);
        });
    metricsEndpoint.ifPresent(endpoint -> endpoint.readyWhen(health::isServing));
  }

  private RestEndpoint rest(
      int port, ServerSettings settings, UserCore core, ExecutorService workers) {
    var requests = metrics.map(Metrics::requests).orElse(RequestMeter.NONE);
    return new RestEndpoint(port, settings, core, workers, clock, random, requests);
  }

  private UserCore core(ServerSettings settings, DatabaseUrl url, ExecutorService workers) {
    var mail = settings.mail();
    var builder =
        UserCore.builder(pool(url, "users", settings.databasePoolSize(), DatabasePool.WAIT))
            .probeDataSource(pool(url, "health", 1, WAIT_FOR_PROBE))
            .clock(clock)
            .random(random)
            .executor(workers)
            .hashSettings(settings.hashSettings())
            .tokenSettings(settings.access().tokens())
            .mailTransport(mail.transport(settings.dataDirectory()))
            .mailSender(mail.from())
            .publicBaseUrl(mail.publicBaseUrl())
            .tokenLifetimes(mail.lifetimes())
            .rateLimits(settings.limits().rates());
    settings.limits().redis().ifPresent(redis -> share(builder, redis));
    metrics.map(Metrics::hashingWaits).ifPresent(builder::hashingWaits);
    mail.templates().ifPresent(builder::mailTemplates);
    mail.smtp().ifPresent(smtp -> builder.mailProbe(new SmtpProbe(smtp, clock)));
    return builder.build();
  }

  private void share(UserCore.Builder core, RedisUrl url) {
    var redis = opened.add(new RedisConnection(url));
    redis.start();
    core.bucketStore(new RedisBuckets(redis, new LocalBuckets(clock), System::nanoTime))
        .healthProbe("cache", redis);
  }

  private EmbeddedDatabase embedded(ServerSettings settings) {
    return opened.add(EmbeddedDatabase.start(settings.dataDirectory()));
  }

  private HikariDataSource pool(DatabaseUrl url, String purpose, int size, Duration wait) {
    return opened.add(DatabasePool.open(url, purpose, size, wait, metrics.map(Metrics::pools)));
  }

  /** The gRPC port. */
  int port() {
    return listeners.grpcPort();
  }

  /** The REST port; empty when REST is off. */
  Optional<Integer> restPort() {
    return listeners.restPort();
  }

  /** The port of metrics and probes; empty when they are off. */
  Optional<Integer> metricsPort() {
    return metricsEndpoint.map(MetricsEndpoint::port);
  }

  /** Stops everything: health first, then running calls finish, then the rest goes. */
  @Override
  public void close() {
    opened.close();
  }
}
