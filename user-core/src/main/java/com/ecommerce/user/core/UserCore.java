package com.ecommerce.user.core;

import com.ecommerce.user.core.account.Directory;
import com.ecommerce.user.core.account.UserCache;
import com.ecommerce.user.core.account.UserReads;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.address.Addresses;
import com.ecommerce.user.core.cache.CacheStatistics;
import com.ecommerce.user.core.credential.GuessGuard;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.HashingLane;
import com.ecommerce.user.core.credential.HashingStatistics;
import com.ecommerce.user.core.credential.PasswordChecks;
import com.ecommerce.user.core.credential.PasswordHasher;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.credential.PasswordStore;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.event.EventFeed;
import com.ecommerce.user.core.event.EventLog;
import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.internal.PurgeJob;
import com.ecommerce.user.core.internal.ServiceKeys;
import com.ecommerce.user.core.internal.StaleReads;
import com.ecommerce.user.core.limit.BucketStore;
import com.ecommerce.user.core.limit.LocalBuckets;
import com.ecommerce.user.core.limit.RateLimitSettings;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.mail.MailObserver;
import com.ecommerce.user.core.mail.MailOutbox;
import com.ecommerce.user.core.mail.MailSender;
import com.ecommerce.user.core.mail.MailSettings;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.mail.MailWorker;
import com.ecommerce.user.core.mail.RetryPauses;
import com.ecommerce.user.core.page.PageTokens;
import com.ecommerce.user.core.preference.Preferences;
import com.ecommerce.user.core.session.ServiceClients;
import com.ecommerce.user.core.session.SessionChecks;
import com.ecommerce.user.core.session.SessionParts;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.value.Uuids;
import com.ecommerce.user.core.verification.AccountMails;
import com.ecommerce.user.core.verification.EmailVerifications;
import com.ecommerce.user.core.verification.PasswordResets;
import com.ecommerce.user.core.verification.TokenLifetimes;
import com.ecommerce.user.core.verification.Tokens;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * The User Service as a library: all use cases on one database. Thread-safe; one instance serves a
 * whole process.
 *
 * <pre>{@code
 * Migrations.migrate(dataSource);
 * try (UserCore core = UserCore.builder(dataSource).build()) {
 *   core.start();
 *   User user = core.users().get(Call.system(), UserId.parse("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e"));
 * }
 * }</pre>
 *
 * <p>Building it does no I/O and starts no thread. {@link #close} stops what {@link #start}
 * started, and leaves the data source and the executor, which belong to the embedder, open.
 */
public final class UserCore implements AutoCloseable {
  private static final int IDLE_SECONDS = 30;

  /** Room for some 10,000 sessions in any case, else a quarter of what users have. */
  private static final long MIN_SESSION_BYTES = 4L << 20;

  private static final int SESSION_SHARE = 4;

  private final HashingLane hashingLane;
  private final ExecutorService readers;
  private final Passwords passwords;
  private final Users users;
  private final Directory directory;
  private final Addresses addresses;
  private final Preferences preferences;
  private final Health health;
  private final EmailVerifications emailVerifications;
  private final PasswordResets passwordResets;
  private final MailOutbox mailOutbox;
  private final Optional<MailWorker> mailWorker;
  private final Sessions sessions;
  private final ServiceClients serviceClients;
  private final PurgeJob purgeJob;
  private final EventFeed eventFeed;
  private final UserCache userCache;
  private final SessionChecks sessionChecks;
  private final RateLimits rateLimits;

  private UserCore(Builder builder) {
    var clock = Clock.tick(builder.clock, Duration.ofNanos(1_000));
    var database = new Database(builder.dataSource);
    var ids = new Uuids(clock, builder.random);
    var events = new EventLog(ids);
    var keys = new ServiceKeys(database);
    var tokens = new Tokens(clock, ids, builder.random, builder.tokenLifetimes);
    mailWorker =
        Optional.ofNullable(builder.mailTransport)
            .map(transport -> mailWorker(builder, database, clock, tokens, transport));
    mailOutbox = new MailOutbox(database, clock, ids, () -> mailWorker.ifPresent(MailWorker::wake));
    var mails = new AccountMails(clock, tokens, mailOutbox);
    var guard = new GuessGuard(clock, keys);
    readers = readers(builder.readLanes);
    // Beside the pool: a busy one must not make this instance lose track of the others.
    eventFeed = new EventFeed(new Database(builder.probeDataSource), builder.nanoTime);
    userCache = new UserCache(eventFeed, builder.cacheBytes, builder.nanoTime);
    sessionChecks =
        new SessionChecks(
            new SessionChecks.Needs(database, eventFeed, readers, clock, builder.nanoTime),
            builder.readLanes,
            Math.max(MIN_SESSION_BYTES, builder.cacheBytes / SESSION_SHARE));
    var sessionParts =
        new SessionParts(
            new SessionParts.Needs(
                builder.tokenSettings,
                database,
                builder.executor,
                clock,
                ids,
                builder.random,
                keys,
                events),
            sessionChecks);
    hashingLane =
        new HashingLane(builder.hashingThreads, builder.hashingQueue, builder.hashingWaits);
    passwords =
        passwords(
            builder,
            database,
            hashingLane,
            guard,
            new PasswordStore(clock, events, guard, List.of(mails, sessionParts.ends())));
    var reads = new UserReads(database, userCache, readers, builder.readLanes);
    users =
        new Users(
            database,
            reads,
            builder.executor,
            builder.readLanes,
            clock,
            ids,
            events,
            passwords,
            List.of(mails, sessionParts.ends()));
    directory = new Directory(staleReads(builder, database), new PageTokens(keys));
    addresses = new Addresses(database, clock, ids, events, users);
    preferences = new Preferences(database, clock, events, users);
    emailVerifications = new EmailVerifications(database, clock, users, tokens, mailOutbox);
    passwordResets =
        new PasswordResets(database, builder.executor, users, passwords, tokens, mailOutbox);
    sessions = sessionParts.sessions(users, passwords);
    serviceClients = sessionParts.serviceClients();
    purgeJob =
        new PurgeJob(
            database,
            clock,
            Stream.concat(Stream.of(tokens, mailOutbox, guard), sessionParts.purges().stream())
                .toList());
    health = new Health(clock, builder.probeDataSource, probes(builder, mailWorker));
    rateLimits = rateLimits(builder, clock);
  }

  private static StaleReads staleReads(Builder builder, Database main) {
    var replica = Optional.ofNullable(builder.readDataSource).map(Database::new);
    return new StaleReads(main, replica, builder.nanoTime);
  }

  private static RateLimits rateLimits(Builder builder, Clock clock) {
    var local = new LocalBuckets(clock);
    return new RateLimits(
        builder.rateLimitSettings,
        builder.bucketStore == null ? local : builder.bucketStore,
        local);
  }

  private static Passwords passwords(
      Builder builder, Database database, HashingLane lane, GuessGuard guard, PasswordStore store) {
    var hasher = new PasswordHasher(builder.hashSettings, builder.random);
    var checks =
        new PasswordChecks(database, builder.executor, hasher, lane, guard, builder.random);
    return new Passwords(new PasswordPolicy(), hasher, lane, checks, store);
  }

  private static MailWorker mailWorker(
      Builder builder, Database database, Clock clock, Tokens tokens, MailTransport transport) {
    var settings =
        MailSettings.of(builder.mailSender, builder.publicBaseUrl, builder.mailTemplates);
    return new MailWorker(
        database,
        clock,
        tokens,
        settings,
        transport,
        new RetryPauses(builder.random),
        builder.mailObserver);
  }

  private static Map<String, Health.Probe> probes(Builder builder, Optional<MailWorker> worker) {
    var probes = new TreeMap<>(builder.healthProbes);
    if (worker.isPresent() && builder.mailProbe != null) {
      probes.put("mail", () -> worker.get().isTransportWell() && builder.mailProbe.isWell());
    }
    return probes;
  }

  /** Threads for reads of single users, which come into being with the first read. */
  private static ExecutorService readers(int lanes) {
    // Users by id, users by email and sessions each have the lanes; no more queries ever wait.
    var threads =
        new ThreadPoolExecutor(
            3 * lanes,
            3 * lanes,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              var thread = new Thread(work, "user-reader");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /**
   * @param dataSource connections to a database that {@link Migrations#migrate} has seen; a pool,
   *     since each use case takes a connection of its own
   */
  public static Builder builder(DataSource dataSource) {
    return new Builder(dataSource);
  }

  /**
   * Starts the threads that hash passwords, send mail, follow the changes of other instances and
   * delete what serves nobody any more. A core that is not started reads all from the database.
   */
  public void start() {
    eventFeed.start();
    hashingLane.start();
    mailWorker.ifPresent(MailWorker::start);
    purgeJob.start();
  }

  /**
   * Stops what {@link #start} started. Calls that wait for a hash fail. Waits a few seconds at most
   * for a mail that is being sent.
   */
  @Override
  public void close() {
    health.close();
    eventFeed.close();
    readers.shutdown();
    purgeJob.close();
    mailWorker.ifPresent(MailWorker::close);
    hashingLane.close();
  }

  public Users users() {
    return users;
  }

  public Directory directory() {
    return directory;
  }

  public Addresses addresses() {
    return addresses;
  }

  public Preferences preferences() {
    return preferences;
  }

  public Passwords passwords() {
    return passwords;
  }

  public Health health() {
    return health;
  }

  public EmailVerifications emailVerifications() {
    return emailVerifications;
  }

  public PasswordResets passwordResets() {
    return passwordResets;
  }

  public Sessions sessions() {
    return sessions;
  }

  public ServiceClients serviceClients() {
    return serviceClients;
  }

  /** How busy the lane is on which passwords are hashed, for metrics. */
  public HashingStatistics hashing() {
    return hashingLane.statistics();
  }

  /** What waits to be sent, for metrics. */
  public MailOutbox mailOutbox() {
    return mailOutbox;
  }

  /** Sends what the outbox holds; none without a transport. */
  public Optional<MailWorker> mailWorker() {
    return mailWorker;
  }

  /** Deletes what serves nobody any more. */
  public PurgeJob purgeJob() {
    return purgeJob;
  }

  /** Follows what other instances change. */
  public EventFeed eventFeed() {
    return eventFeed;
  }

  /** What the cache of users does, for metrics. */
  public CacheStatistics userCacheStatistics() {
    return userCache.statistics();
  }

  /** What the cache of session checks does, for metrics. */
  public CacheStatistics sessionCacheStatistics() {
    return sessionChecks.statistics();
  }

  /** How often callers may call, for transports to ask. */
  public RateLimits rateLimits() {
    return rateLimits;
  }

  /** Collects what can be chosen; all of it has a default. Not thread-safe. */
  public static final class Builder {
    private final DataSource dataSource;
    private final Map<String, Health.Probe> healthProbes = new TreeMap<>();
    private DataSource probeDataSource;
    private DataSource readDataSource;
    private Clock clock = Clock.systemUTC();
    private LongSupplier nanoTime = System::nanoTime;
    private SecureRandom random = new SecureRandom();
    private Executor executor = ForkJoinPool.commonPool();
    private HashSettings hashSettings = HashSettings.DEFAULT;
    private int hashingThreads = Runtime.getRuntime().availableProcessors();
    private int hashingQueue = 64;
    private LongConsumer hashingWaits = nanoseconds -> {};
    private TokenSettings tokenSettings = TokenSettings.DEFAULT;
    private int readLanes = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    private long cacheBytes = defaultCacheBytes();
    private MailTransport mailTransport;
    private MailObserver mailObserver = MailObserver.NONE;
    private Health.Probe mailProbe;
    private MailSender mailSender = MailSender.parse("no-reply@localhost");
    private URI publicBaseUrl = URI.create("http://localhost:8000");
    private Optional<Path> mailTemplates = Optional.empty();
    private TokenLifetimes tokenLifetimes = TokenLifetimes.DEFAULT;
    private RateLimitSettings rateLimitSettings = RateLimitSettings.NONE;
    private BucketStore bucketStore;

    private Builder(DataSource dataSource) {
      this.dataSource = dataSource;
      this.probeDataSource = dataSource;
    }

    /** Tells the time of every change. Default: the system's. */
    public Builder clock(Clock value) {
      clock = value;
      return this;
    }

    /** Tells how old what is known may be. Default: {@link System#nanoTime}. */
    public Builder nanoTime(LongSupplier value) {
      nanoTime = value;
      return this;
    }

    /** Makes tokens, salts and ids. Default: the platform's. */
    public Builder random(SecureRandom value) {
      random = value;
      return this;
    }

    /** Runs what may block after a password was hashed. Default: the common pool. */
    public Builder executor(Executor value) {
      executor = value;
      return this;
    }

    /** How new passwords are hashed. Default: bcrypt at cost 12. */
    public Builder hashSettings(HashSettings value) {
      hashSettings = value;
      return this;
    }

    /** How many passwords are hashed at once. Default: one a core. */
    public Builder hashingThreads(int value) {
      hashingThreads = value;
      return this;
    }

    /**
     * How many queries for single users run at once, by id, by email and for sessions each.
     * Default: one for two cores, which gathers most.
     */
    public Builder readLanes(int value) {
      readLanes = value;
      return this;
    }

    /** Three tenths of the heap: of 128 MB, that holds some 100,000 users. */
    public static long defaultCacheBytes() {
      return Runtime.getRuntime().maxMemory() / 10 * 3;
    }

    /**
     * About how much memory copies of users may take; 0 keeps none. A user takes some 400 bytes.
     * What is known of sessions takes a quarter of it more, or 4 MiB. Default: three tenths of the
     * heap.
     */
    public Builder cacheBytes(long value) {
      cacheBytes = value;
      return this;
    }

    /** How many passwords may wait to be hashed before calls are refused. Default: 64. */
    public Builder hashingQueue(int value) {
      hashingQueue = value;
      return this;
    }

    /**
     * Is told how many nanoseconds each password waited for its turn to be hashed; thread-safe.
     * Default: nobody.
     */
    public Builder hashingWaits(LongConsumer value) {
      hashingWaits = value;
      return this;
    }

    /** How sessions' tokens are made, and how long they live. Default: as its constant says. */
    public Builder tokenSettings(TokenSettings value) {
      tokenSettings = value;
      return this;
    }

    /**
     * Connections for health checks and the event feed, so that a busy pool is not taken for an ill
     * database; one connection is enough. Default: the data source itself.
     */
    public Builder probeDataSource(DataSource value) {
      probeDataSource = value;
      return this;
    }

    /**
     * Connections to a replica, for what may be a little old: lists and searches, and nothing else.
     * While it does not answer, they read the main database. Default: none.
     */
    public Builder readDataSource(DataSource value) {
      readDataSource = value;
      return this;
    }

    /** One more part for {@link Health} to look at, which the service can do without. */
    public Builder healthProbe(String component, Health.Probe probe) {
      healthProbes.put(component, probe);
      return this;
    }

    /** What sends mails; the embedder closes it. Default: none, and mails are only queued. */
    public Builder mailTransport(MailTransport value) {
      mailTransport = value;
      return this;
    }

    /** Hears of each attempt to send a mail. Default: nobody does. */
    public Builder mailObserver(MailObserver value) {
      mailObserver = value;
      return this;
    }

    /**
     * Looks at where the transport hands mail over; with it, {@code mail} is a component of health,
     * which is away while this says so or the latest mail could not be sent. Default: none.
     */
    public Builder mailProbe(Health.Probe value) {
      mailProbe = value;
      return this;
    }

    /** Whom mails come from. Default: {@code no-reply@localhost}. */
    public Builder mailSender(MailSender value) {
      mailSender = value;
      return this;
    }

    /** Where the links in mails lead. Default: {@code http://localhost:8000}. */
    public Builder publicBaseUrl(URI value) {
      publicBaseUrl = value;
      return this;
    }

    /** A folder whose files replace and add to the templates of mails. Default: none. */
    public Builder mailTemplates(Path value) {
      mailTemplates = Optional.of(value);
      return this;
    }

    /** How long the links in mails work. Default: a day to verify, an hour to reset. */
    public Builder tokenLifetimes(TokenLifetimes value) {
      tokenLifetimes = value;
      return this;
    }

    /** How often callers may call, where a transport asks. Default: as often as they like. */
    public Builder rateLimits(RateLimitSettings value) {
      rateLimitSettings = value;
      return this;
    }

    /** Where calls are counted; the embedder closes it. Default: in this process. */
    public Builder bucketStore(BucketStore value) {
      bucketStore = value;
      return this;
    }

    /**
     * @throws IllegalArgumentException when the public base URL is none
     */
    public UserCore build() {
      return new UserCore(this);
    }
  }
}
