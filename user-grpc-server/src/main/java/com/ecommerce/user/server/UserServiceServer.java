package com.ecommerce.user.server;

import com.ecommerce.user.core.DatabaseSettings;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.credential.PasswordSettings;
import com.ecommerce.user.core.event.CloudEvents;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.limit.LocalBuckets;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.rest.http.RequestListeners;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.KafkaSettings;
import com.ecommerce.user.server.config.RedisUrl;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.database.DataDirectory;
import com.ecommerce.user.server.database.DatabaseAvailability;
import com.ecommerce.user.server.database.DatabaseCheck;
import com.ecommerce.user.server.database.DatabaseFacts;
import com.ecommerce.user.server.database.DatabasePool;
import com.ecommerce.user.server.database.DatabaseSession;
import com.ecommerce.user.server.database.EmbeddedDatabase;
import com.ecommerce.user.server.database.ServicePool;
import com.ecommerce.user.server.database.eventloop.EventLoopDatabase;
import com.ecommerce.user.server.database.eventloop.JdbcUrl;
import com.ecommerce.user.server.kafka.KafkaSink;
import com.ecommerce.user.server.mail.MailTransports;
import com.ecommerce.user.server.mail.SmtpProbe;
import com.ecommerce.user.server.postgres.PostgresSupervisor;
import com.ecommerce.user.server.redis.RedisBuckets;
import com.ecommerce.user.server.redis.RedisConnection;
import com.ecommerce.user.server.tls.GrpcTls;
import com.ecommerce.user.server.tls.InvalidTlsFileException;
import com.ecommerce.user.server.tls.ReloadingTls;
import com.ecommerce.user.server.tls.TlsFiles;
import com.ecommerce.user.server.webhook.HttpWebhookTransport;
import io.netty.channel.EventLoopGroup;
import java.io.PrintStream;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The running service. Its parts are opened in order and closed in reverse order. */
public final class UserServiceServer implements AutoCloseable {
  private static final Duration WAIT_FOR_PROBE = Duration.ofSeconds(1);

  private final Clock clock = Clock.systemUTC();
  private final SecureRandom random = new SecureRandom();

  /**
   * The source of call ids. They need not be secret, and a secure source would slow down the event
   * loops that make them.
   */
  private final RandomGenerator callIds = () -> ThreadLocalRandom.current().nextLong();

  private final CloseStack opened;
  private final StartLog startLog;
  private final String pagesKey = newKey(random);
  private DatabaseFacts database;
  private Monitoring monitoring;
  private GrpcServices services;
  private Observers tracing;
  private Optional<KafkaSink> kafka = Optional.empty();
  private Optional<PostgresSupervisor> supervisor = Optional.empty();
  private Optional<EventLoopDatabase> loopDatabase = Optional.empty();
  private final CompletableFuture<StartupException> failure = new CompletableFuture<>();
  private Listeners listeners;

  private UserServiceServer(CloseStack opened, StartLog startLog) {
    this.opened = opened;
    this.startLog = startLog;
  }

  /**
   * Starts the service, and prints a line for each listener when it is ready.
   *
   * @throws StartupException when a part cannot start; what was started is stopped again
   */
  public static UserServiceServer start(ServerSettings settings, PrintStream announcements) {
    return start(settings, announcements, new CloseStack());
  }

  /**
   * Does the same as the method above.
   *
   * @param opened receives everything that is started; may cancel the start
   * @throws CloseStack.CancelledException when the start was cancelled; what was started is stopped
   *     again
   */
  public static UserServiceServer start(
      ServerSettings settings, PrintStream announcements, CloseStack opened) {
    var server = new UserServiceServer(opened, new StartLog(settings));
    try {
      server.open(settings);
      opened.finish(() -> server.announce(announcements));
    } catch (RuntimeException | Error failed) {
      server.close();
      throw failed;
    }
    return server;
  }

  /** Returns a secret for paths. It is not a UUID, since traces show path parameters that are. */
  private static String newKey(SecureRandom random) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(key);
  }

  private void announce(PrintStream announcements) {
    announcements.println("gRPC UserService listening on port " + port());
    restPort().ifPresent(port -> announcements.println("REST API listening on port " + port));
    metricsPort().ifPresent(port -> announcements.println("Metrics listening on port " + port));
    announcements.flush();
    startLog.ready(database, port(), restPort(), metricsPort(), pagesKey);
  }

  private void open(ServerSettings settings) {
    startLog.starting();
    // This is first, so that probes during a long start, such as a migration, report the process as
    // alive.
    monitoring = opened.add(Monitoring.open(settings));
    // Tracing is opened before the parts that it traces, so that it is closed after them.
    tracing = Observers.open(settings, opened);
    openCore(settings);
  }

  private void openCore(ServerSettings settings) {
    var tls = settings.tls().files().map(this::tls);
    var url = settings.databaseUrl().orElseGet(() -> embedded(settings));
    UserCore core;
    // The parts are built while the database is checked, and started afterwards.
    try (var check = Background.start("database-check", () -> prepare(url, settings))) {
      core = build(settings, tls, url);
    }
    opened.step();
    startLog.connected(database);
    try (var health = Background.start("first-health", services::start)) {
      listeners.start();
    }
    opened.step();
    // The background work of the core starts last, since it would take processor time and
    // connections from the steps above.
    core.start();
    // This comes after the migration, since it reads the outbox.
    monitoring.watch(core, services.health());
    core.webhookDeliveries().ifPresent(monitoring::watch);
    // Not by lambdas, which would load the class of the sink without Kafka, too.
    if (kafka.isPresent()) {
      kafka.get().start(core.userEvents(), core.eventCursors());
      monitoring.watch(kafka.get().deliveries());
    }
    tls.ifPresent(ReloadingTls::start);
    // The supervisor is closed first, so that it does not restart a PostgreSQL that the server
    // stops.
    supervisor.ifPresent(postgres -> opened.add(postgres).start());
  }

  /** Builds the core, which does not access the database yet. */
  private UserCore build(ServerSettings settings, Optional<ReloadingTls> tls, DatabaseUrl url) {
    var workers = new WorkerPool(settings.workers(), settings.databasePoolSize(), System::nanoTime);
    monitoring.watch(workers.pool());
    var core = opened.add(core(settings, url, workers));
    // These use the core, so they are closed before it. The sink sends until the running calls have
    // ended; what it has not sent by then waits in the database.
    if (kafka.isPresent()) {
      opened.add(kafka.get());
    }
    opened.add(workers);
    opened.add(monitoring.timer());
    var calls = new CallListeners(tracing.calls(), monitoring.calls());
    services =
        opened.add(new GrpcServices(core, workers, clock, callIds, settings.access(), calls));
    var loops = opened.add(new EventLoops()).group();
    connectLoops(url, settings.databaseLoopConnections(), loops, core);
    var grpc =
        new GrpcEndpoint(
            settings.listenAddress(),
            settings.port(),
            tls.map(live -> GrpcTls.of(live, settings.tls().clientCertificates())),
            services,
            loops,
            settings.connections());
    Optional<Supplier<RestEndpoint>> rest =
        settings.rest().port().map(port -> () -> rest(port, settings, tls, core, workers));
    listeners = opened.add(new Listeners(grpc, rest, settings.connections().shutdownDelay()));
    return core;
  }

  private void connectLoops(DatabaseUrl url, int connections, EventLoopGroup loops, UserCore core) {
    var choices = JdbcUrl.options(url.jdbcUrl(), url.user(), url.password());
    if (!choices.isEmpty()) {
      var background = DaemonThreads.forEach("loop-database");
      var onLoops =
          opened.add(
              new EventLoopDatabase(choices, DatabaseSession.statement(url), loops, background));
      onLoops.connect(connections, core::useOnThisThread);
      loopDatabase = Optional.of(onLoops);
    }
  }

  private void prepare(DatabaseUrl url, ServerSettings settings) {
    DatabaseCheck.check(url, settings.databaseConnectTimeout());
    DatabasePool.migrate(url, settings.databaseConnectTimeout());
    database = DatabaseFacts.read(url, settings.databaseConnectTimeout());
  }

  private RestEndpoint rest(
      int port,
      ServerSettings settings,
      Optional<ReloadingTls> tls,
      UserCore core,
      Workers workers) {
    var requests = new RequestListeners(tracing.requests(), monitoring.requests());
    return new RestEndpoint(port, settings, tls, core, workers, clock, callIds, requests, pagesKey);
  }

  private ReloadingTls tls(TlsFiles files) {
    try {
      return opened.add(ReloadingTls.open(files, clock));
    } catch (InvalidTlsFileException invalid) {
      throw new StartupException(invalid.getMessage(), invalid);
    }
  }

  private UserCore core(ServerSettings settings, DatabaseUrl url, Workers workers) {
    var mail = settings.mail();
    if (mail.smtp().isEmpty()) {
      DataDirectory.openIfThere(settings.dataDirectory());
    }
    var availability =
        availability(() -> supervisor.map(PostgresSupervisor::logsOutage).orElse(false));
    int size = settings.databasePoolSize();
    var builder =
        UserCore.builder(pool(url, availability, "users", size, DatabasePool.WAIT))
            .database(database(settings, url, availability))
            .cacheBytes(settings.cache().bytes())
            .eventRetention(settings.eventRetention())
            .passwords(PasswordSettings.DEFAULT.withHash(settings.hashSettings()))
            .tokens(settings.access().tokens())
            .rateLimits(settings.limits().rates())
            .mail(mail.content())
            .hidesAccounts(settings.access().hidesAccounts())
            .workers(workers)
            .clock(clock)
            .random(random);
    var transport = MailTransports.of(mail.smtp(), settings.dataDirectory());
    mail.smtp()
        .ifPresentOrElse(
            smtp -> builder.mailTransport(transport, new SmtpProbe(smtp, clock)),
            () -> builder.mailTransport(transport));
    settings
        .databaseReadUrl()
        .ifPresent(
            replica -> builder.healthProbe("replica", opened.add(DatabasePool.probe(replica))));
    settings.limits().redis().ifPresent(redis -> share(builder, redis));
    builder.webhookTransport(
        opened.add(new HttpWebhookTransport(settings.webhookNetworks())), settings.eventSource());
    if (settings.kafka().isOn()) {
      var sink = kafka(settings.kafka(), settings.eventSource());
      kafka = Optional.of(sink);
      builder.healthProbe(KafkaSink.NAME, sink);
    }
    tracing.mails().ifPresent(builder::mailObserver);
    monitoring.hashingWaits().ifPresent(builder::hashingWaits);
    return builder.build();
  }

  private DatabaseSettings database(
      ServerSettings settings, DatabaseUrl url, DatabaseAvailability availability) {
    var main =
        DatabaseSettings.DEFAULT
            .withFeed(pool(url, availability, "feed", 1, WAIT_FOR_PROBE))
            .withProbe(opened.add(DatabasePool.probe(url)))
            .withObserver(availability);
    return settings
        .databaseReadUrl()
        .map(replica -> main.withReplica(replicaPool(replica, settings.databasePoolSize())))
        .orElse(main);
  }

  private ServicePool replicaPool(DatabaseUrl url, int size) {
    return opened.add(
        DatabasePool.openReplica(
            url, availability(() -> false), size, WAIT_FOR_PROBE, monitoring.pools()));
  }

  private static DatabaseAvailability availability(BooleanSupplier logsOutage) {
    return new DatabaseAvailability(DaemonThreads.forEach("database-connections"), logsOutage);
  }

  private void share(UserCore.Builder core, RedisUrl url) {
    var redis = opened.add(new RedisConnection(url, System::nanoTime));
    redis.start();
    core.bucketStore(new RedisBuckets(redis, new LocalBuckets(clock))).healthProbe("cache", redis);
  }

  private static KafkaSink kafka(KafkaSettings settings, URI source) {
    return new KafkaSink(settings, new CloudEvents(source), KafkaSink.LEASE, System::nanoTime);
  }

  private DatabaseUrl embedded(ServerSettings settings) {
    var postgres =
        opened.add(EmbeddedDatabase.start(settings.dataDirectory(), settings.databasePoolSize()));
    supervisor = Optional.of(postgres.supervisor(failure::complete));
    return postgres.url();
  }

  private ServicePool pool(
      DatabaseUrl url, DatabaseAvailability availability, String purpose, int size, Duration wait) {
    return opened.add(
        DatabasePool.open(url, availability, purpose, size, wait, monitoring.pools()));
  }

  /** Opens the resources that are otherwise opened when calls need them. */
  public void openAll() {
    loopDatabase.ifPresent(EventLoopDatabase::openNow);
  }

  /**
   * Waits until the server cannot work any more, because its embedded database ended and could not
   * be started again.
   *
   * @return the reason, in one line for the operator
   */
  public StartupException awaitFailure() throws InterruptedException {
    try {
      return failure.get();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Returns whether the server cannot work any more. */
  public boolean hasFailed() {
    return failure.isDone();
  }

  /** Returns the gRPC port. */
  public int port() {
    return listeners.grpcPort();
  }

  /** Returns the REST port; empty if REST is off. */
  public Optional<Integer> restPort() {
    return listeners.restPort();
  }

  /** Returns the port of metrics and probes; empty if they are off. */
  Optional<Integer> metricsPort() {
    return monitoring.port();
  }

  /** Stops the service: first the health, then the running calls, then everything else. */
  @Override
  public void close() {
    opened.close();
  }
}
