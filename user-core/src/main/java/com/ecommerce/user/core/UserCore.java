package com.ecommerce.user.core;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.address.Addresses;
import com.ecommerce.user.core.bulk.UserBatches;
import com.ecommerce.user.core.bulk.UserExports;
import com.ecommerce.user.core.bulk.UserImports;
import com.ecommerce.user.core.credential.HashingStatistics;
import com.ecommerce.user.core.credential.PasswordSettings;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.directory.Directory;
import com.ecommerce.user.core.event.CloudEvents;
import com.ecommerce.user.core.event.EventCursors;
import com.ecommerce.user.core.event.EventDeliveries;
import com.ecommerce.user.core.event.EventStatistics;
import com.ecommerce.user.core.event.SecurityLog;
import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.eventloop.EventLoopConnection;
import com.ecommerce.user.core.health.CacheStatistics;
import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.mail.MailComposer;
import com.ecommerce.user.core.internal.mail.OutboxWorker;
import com.ecommerce.user.core.internal.webhook.WebhookWorker;
import com.ecommerce.user.core.limit.BucketStore;
import com.ecommerce.user.core.limit.RateLimitSettings;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.mail.MailDelivery;
import com.ecommerce.user.core.mail.MailObserver;
import com.ecommerce.user.core.mail.MailSettings;
import com.ecommerce.user.core.mail.MailStatistics;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.preference.Preferences;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.session.CookieSeal;
import com.ecommerce.user.core.session.ServiceClients;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.verification.EmailChanges;
import com.ecommerce.user.core.verification.EmailVerifications;
import com.ecommerce.user.core.verification.MailedLinks;
import com.ecommerce.user.core.verification.PasswordResets;
import com.ecommerce.user.core.webhook.WebhookTransport;
import com.ecommerce.user.core.webhook.Webhooks;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The User Service as a library: all use cases on one database. Thread-safe; one instance serves a
 * whole process.
 *
 * <pre>{@code
 * Migrations.migrate(dataSource);
 * try (UserCore core = UserCore.builder(dataSource).build()) {
 *   core.start();
 *   User user = core.users().get(RequestContext.system(), UserId.parse("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e"));
 * }
 * }</pre>
 *
 * <p>Building it does no I/O and starts no thread. {@link #close} stops what {@link #start}
 * started, and leaves the data source and the executor, which belong to the embedder, open.
 */
public final class UserCore implements AutoCloseable {
  private static final Duration READ_STOP_TIMEOUT = Duration.ofSeconds(1);

  private final CoreParts parts;
  private final AtomicBoolean startable = new AtomicBoolean(true);

  private UserCore(CoreParts parts) {
    this.parts = parts;
  }

  /**
   * Returns a builder with the default settings.
   *
   * @param dataSource a pool of connections to a database that {@link Migrations#migrate} has
   *     migrated, since each use case takes a connection of its own. All connections must have the
   *     same default isolation level; with any other than READ COMMITTED, each transaction costs
   *     one more round trip
   */
  public static Builder builder(DataSource dataSource) {
    return new Builder(dataSource);
  }

  /**
   * Checks a directory of mail templates as {@link #start} does, for programs that want to refuse a
   * wrong one earlier.
   *
   * @throws IllegalArgumentException if a template is wrong; the message names the file
   * @throws java.io.UncheckedIOException if the directory cannot be read
   */
  public static void checkMailTemplates(Path directory) {
    MailComposer.checkTemplates(requireNonNull(directory, "directory"));
  }

  /**
   * Starts the threads that watch the database, hash passwords, send mail, send events to webhook
   * endpoints, follow the changes of other instances, follow the event log for its watches, write
   * the security log, and delete expired data. A core that is not started reads everything from the
   * database.
   *
   * @throws IllegalStateException if it was started or closed before
   * @throws IllegalArgumentException if a mail template of the operator is wrong; the message names
   *     the file
   */
  public void start() {
    if (!startable.compareAndSet(true, false)) {
      throw new IllegalStateException(
          "the core was already started or closed (expected: a new core)");
    }
    parts.shared.circuitBreaker.start();
    parts.shared.eventFeed.start();
    parts.shared.eventFollower.start();
    parts.hashingPool.start();
    parts.mailWorker.ifPresent(OutboxWorker::start);
    parts.webhookWorker.ifPresent(WebhookWorker::start);
    parts.purgeJob.start();
    parts.shared.securityLog.start();
  }

  /**
   * Stops what {@link #start} started. Hashes that calls wait for are still made; new ones are
   * refused. Waits a few seconds at most for mails and webhooks that are being sent, and a second
   * for reads whose calls have timed out.
   */
  @Override
  public void close() {
    startable.set(false);
    parts.shared.securityLog.close();
    parts.health.close();
    parts.shared.eventFollower.close();
    parts.shared.eventFeed.close();
    DaemonThreads.stop(parts.shared.readers, READ_STOP_TIMEOUT);
    parts.purgeJob.close();
    parts.webhookWorker.ifPresent(WebhookWorker::close);
    parts.mailWorker.ifPresent(OutboxWorker::close);
    parts.hashingPool.close();
    parts.shared.circuitBreaker.close();
  }

  /**
   * Reads users over this connection from now on if they are requested by id or email on the
   * calling thread and are not in memory. A server with event loops calls this once on the thread
   * of each loop. The connection is used on that thread, with one query for several users; whenever
   * it is not ready or does not answer, users are read in the usual way.
   *
   * @param connection a connection to the database of the data source; stays the caller's to close
   */
  public void useOnThisThread(EventLoopConnection connection) {
    requireNonNull(connection, "connection");
    parts.userReads.useOnThisThread(connection);
  }

  /** Returns the use cases of accounts. */
  public Users users() {
    return parts.users;
  }

  /**
   * Returns the use cases of accounts, except that changes and deletions fail with {@code
   * LAST_ADMIN} if there would be no active admin afterwards. Of several such changes at the same
   * time, on any instances, one is refused. Other use cases do not take part in this check.
   */
  public Users usersWithAdmin() {
    return parts.usersWithAdmin;
  }

  /** Returns the reads of many users at once. */
  public UserBatches userBatches() {
    return parts.userBatches;
  }

  /** Returns the exports of users. */
  public UserExports userExports() {
    return parts.userExports;
  }

  /** Returns the import of users from other systems. */
  public UserImports userImports() {
    return parts.userImports;
  }

  /** Returns the lists and the search of users. */
  public Directory directory() {
    return parts.directory;
  }

  /** Returns the event log. */
  public UserEvents userEvents() {
    return parts.userEvents;
  }

  /** Returns the positions of sinks in the event log. */
  public EventCursors eventCursors() {
    return parts.eventCursors;
  }

  /**
   * Returns figures of the event log, for metrics. Reads the database.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException with {@code DATABASE_UNAVAILABLE}
   */
  public EventStatistics eventStatistics(RequestContext context) {
    var lags = new HashMap<>(parts.eventCursors.lags(context));
    parts.webhookWorker.ifPresent(
        worker -> lags.put(worker.counts().sink(), parts.webhooks.statistics(context).lag()));
    return new EventStatistics(parts.shared.eventFollower.watches(), lags);
  }

  /** Returns the endpoints to which events are sent over HTTP. */
  public Webhooks webhooks() {
    return parts.webhooks;
  }

  /** Returns the counts of webhooks that this process has sent; empty without a transport. */
  public Optional<EventDeliveries> webhookDeliveries() {
    return parts.webhookWorker.map(WebhookWorker::counts);
  }

  /** Returns the use cases of addresses. */
  public Addresses addresses() {
    return parts.addresses;
  }

  /** Returns the use cases of preferences. */
  public Preferences preferences() {
    return parts.preferences;
  }

  /** Returns the use cases of passwords. */
  public Passwords passwords() {
    return parts.passwords;
  }

  /** Returns the health checks. */
  public Health health() {
    return parts.health;
  }

  /** Returns the verification of emails. */
  public EmailVerifications emailVerifications() {
    return parts.emailVerifications;
  }

  /** Returns the use cases of forgotten passwords. */
  public PasswordResets passwordResets() {
    return parts.passwordResets;
  }

  /** Returns the use cases that stop or undo a change of email. */
  public EmailChanges emailChanges() {
    return parts.emailChanges;
  }

  /** Returns the lookup of the state of mailed links, which does not use the links up. */
  public MailedLinks mailedLinks() {
    return parts.mailedLinks;
  }

  /** Returns the use cases of sessions and access tokens. */
  public Sessions sessions() {
    return parts.sessions;
  }

  /** Returns the encryption of cookies that contain the tokens of sessions. */
  public CookieSeal cookieSeal() {
    return parts.cookieSeal;
  }

  /** Returns the use cases of service clients. */
  public ServiceClients serviceClients() {
    return parts.sessionParts.serviceClients;
  }

  /** Returns how busy the threads are that hash passwords, for metrics. */
  public HashingStatistics hashing() {
    return parts.hashingPool.statistics();
  }

  /**
   * Returns the state of the queue of mails, for metrics.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException with {@code DATABASE_UNAVAILABLE}
   */
  public MailStatistics mailStatistics(RequestContext context) {
    return parts.mailOutbox.statistics(context);
  }

  /** Returns the delivery of mails by this process; empty without a transport. */
  public Optional<MailDelivery> mailDelivery() {
    return parts.mailWorker.map(worker -> worker);
  }

  /**
   * Deletes expired data now, which {@link #start} does at regular intervals.
   *
   * @return the number of deleted rows
   */
  public int purge() {
    return parts.purgeJob.run();
  }

  /** Reads the changes of other instances now, which {@link #start} does four times a second. */
  public void catchUp() {
    parts.shared.eventFeed.catchUp();
  }

  /**
   * Returns the time since the caches knew all changes of other instances; empty before the first
   * {@link #catchUp}.
   */
  public Optional<Duration> cacheAge() {
    return parts.shared.eventFeed.age();
  }

  /** Returns the statistics of the cache of users, for metrics. */
  public CacheStatistics userCacheStatistics() {
    return parts.userCache.statistics();
  }

  /** Returns the statistics of the cache of session checks, for metrics. */
  public CacheStatistics sessionCacheStatistics() {
    return parts.sessionParts.cache.statistics();
  }

  /** Returns the log of security events. */
  public SecurityLog securityLog() {
    return parts.shared.securityLog;
  }

  /** Returns the rate limits, for transports to ask. */
  public RateLimits rateLimits() {
    return parts.rateLimits;
  }

  /**
   * The settings of a core, and the objects that it works with. All of them have defaults. Objects
   * that are passed in stay the caller's to close. Not thread-safe.
   */
  public static final class Builder {
    /** The default of {@link #eventRetention}. */
    public static final Duration DEFAULT_EVENT_RETENTION = Duration.ofDays(400);

    final DataSource dataSource;
    DatabaseSettings database = DatabaseSettings.DEFAULT;
    long cacheBytes = defaultCacheBytes();
    PasswordSettings passwords = PasswordSettings.DEFAULT;
    TokenSettings tokens = TokenSettings.DEFAULT;
    RateLimitSettings rateLimits = RateLimitSettings.NONE;
    MailSettings mail = MailSettings.DEFAULT;
    boolean hidesAccounts;
    Duration eventRetention = DEFAULT_EVENT_RETENTION;

    @Nullable MailTransport mailTransport;
    Health.@Nullable Probe mailProbe;
    MailObserver mailObserver = MailObserver.NONE;
    @Nullable WebhookTransport webhookTransport;
    URI eventSource = URI.create("/user-service");
    @Nullable BucketStore bucketStore;
    final Map<String, Health.Probe> healthProbes = new TreeMap<>();
    LongConsumer hashingWaits = nanoseconds -> {};

    Workers workers = Workers.on(ForkJoinPool.commonPool());
    Clock clock = Clock.systemUTC();
    LongSupplier nanoTime = System::nanoTime;
    SecureRandom random = new SecureRandom();

    private Builder(DataSource dataSource) {
      this.dataSource = requireNonNull(dataSource, "dataSource");
    }

    /** Returns the default of {@link #cacheBytes}: three tenths of the maximum heap. */
    public static long defaultCacheBytes() {
      return Runtime.getRuntime().maxMemory() / 10 * 3;
    }

    /**
     * Sets the use of the database: a replica, connections for the event feed, health checks and
     * the number of concurrent queries. Default: {@link DatabaseSettings#DEFAULT}.
     */
    public Builder database(DatabaseSettings database) {
      this.database = requireNonNull(database, "database");
      return this;
    }

    /**
     * Sets the approximate memory for cached users, in bytes; 0 caches none. A user takes some 400
     * bytes. Cached sessions take an additional quarter of it, or 4 MiB if that is more, and
     * verified access tokens as much again. Default: {@link #defaultCacheBytes}, which is enough
     * for some 100,000 users if the heap is 128 MB.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public Builder cacheBytes(long cacheBytes) {
      if (cacheBytes < 0) {
        throw new IllegalArgumentException("cacheBytes: " + cacheBytes + " (expected: at least 0)");
      }
      this.cacheBytes = cacheBytes;
      return this;
    }

    /**
     * Sets the minimum time for which events are kept. They are dropped a month at a time. Default:
     * {@link #DEFAULT_EVENT_RETENTION}.
     *
     * @throws IllegalArgumentException if the time is shorter than a day
     */
    public Builder eventRetention(Duration eventRetention) {
      requireNonNull(eventRetention, "eventRetention");
      if (eventRetention.compareTo(Duration.ofDays(1)) < 0) {
        throw new IllegalArgumentException(
            "eventRetention: " + eventRetention + " (expected: at least a day)");
      }
      this.eventRetention = eventRetention;
      return this;
    }

    /**
     * Sets the algorithm and cost of password hashes, and the resources for hashing. Default:
     * {@link PasswordSettings#DEFAULT}.
     */
    public Builder passwords(PasswordSettings passwords) {
      this.passwords = requireNonNull(passwords, "passwords");
      return this;
    }

    /**
     * Sets the algorithm, the lifetimes and the issuer of access and refresh tokens. Default:
     * {@link TokenSettings#DEFAULT}.
     */
    public Builder tokens(TokenSettings tokens) {
      this.tokens = requireNonNull(tokens, "tokens");
      return this;
    }

    /**
     * Sets the limits of {@link UserCore#rateLimits}, which transports ask before each call.
     * Default: {@link RateLimitSettings#NONE}.
     */
    public Builder rateLimits(RateLimitSettings rateLimits) {
      this.rateLimits = requireNonNull(rateLimits, "rateLimits");
      return this;
    }

    /**
     * Sets the sender, the texts and the links of mails. Default: {@link MailSettings#DEFAULT},
     * whose links lead to this machine.
     */
    public Builder mail(MailSettings mail) {
      this.mail = requireNonNull(mail, "mail");
      return this;
    }

    /**
     * Sets whether registrations by callers without rights hide that an email is taken. If so,
     * registrations do not return the id of the new user either, and users cannot log in before
     * their email is verified. Default: not hidden.
     */
    public Builder hidesAccounts(boolean hidesAccounts) {
      this.hidesAccounts = hidesAccounts;
      return this;
    }

    /** Sets the transport that sends mails. Default: none; mails stay queued in the database. */
    public Builder mailTransport(MailTransport transport) {
      this.mailTransport = requireNonNull(transport, "transport");
      this.mailProbe = null;
      return this;
    }

    /**
     * Sets the transport that sends mails, and makes {@code mail} an optional component of {@link
     * UserCore#health}. The component is unhealthy if the probe fails, or if the latest mail could
     * not be sent.
     *
     * @param probe checks the mail server
     */
    public Builder mailTransport(MailTransport transport, Health.Probe probe) {
      mailTransport(transport);
      this.mailProbe = requireNonNull(probe, "probe");
      return this;
    }

    /**
     * Sets the transport that sends events to webhook endpoints. Default: none; events are not
     * queued by this core, and no endpoint receives any from it.
     *
     * @param source names the service in each message; see {@link CloudEvents}
     */
    public Builder webhookTransport(WebhookTransport transport, URI source) {
      this.webhookTransport = requireNonNull(transport, "transport");
      this.eventSource = requireNonNull(source, "source");
      return this;
    }

    /** Sets the listener for attempts to send a mail. Default: {@link MailObserver#NONE}. */
    public Builder mailObserver(MailObserver mailObserver) {
      this.mailObserver = requireNonNull(mailObserver, "mailObserver");
      return this;
    }

    /**
     * Sets the store of the counts for rate limits, for example one that several instances share.
     * Default: a store in the memory of this core.
     */
    public Builder bucketStore(BucketStore bucketStore) {
      this.bucketStore = requireNonNull(bucketStore, "bucketStore");
      return this;
    }

    /**
     * Adds an optional component to {@link UserCore#health}: if it fails, the service is degraded.
     *
     * @param component the name in the report
     */
    public Builder healthProbe(String component, Health.Probe probe) {
      healthProbes.put(requireNonNull(component, "component"), requireNonNull(probe, "probe"));
      return this;
    }

    /**
     * Sets the consumer of the time that each password waited to be hashed, in nanoseconds, for
     * metrics. It must be thread-safe. Default: none.
     */
    public Builder hashingWaits(LongConsumer hashingWaits) {
      this.hashingWaits = requireNonNull(hashingWaits, "hashingWaits");
      return this;
    }

    /**
     * Sets the workers that run the blocking work of asynchronous calls. {@link Workers#on} makes
     * workers of an executor. Default: the common pool.
     */
    public Builder workers(Workers workers) {
      this.workers = requireNonNull(workers, "workers");
      return this;
    }

    /**
     * Sets the clock for the times of changes and for expiry. Its precision is reduced to
     * microseconds, as in the database. Default: {@link Clock#systemUTC}.
     */
    public Builder clock(Clock clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets the clock for the age of cached data and for timeouts, in nanoseconds. Default: {@link
     * System#nanoTime}.
     */
    public Builder nanoTime(LongSupplier nanoTime) {
      this.nanoTime = requireNonNull(nanoTime, "nanoTime");
      return this;
    }

    /**
     * Sets the source of randomness for tokens, salts and ids. Default: {@link
     * SecureRandom#SecureRandom()}.
     */
    public Builder random(SecureRandom random) {
      this.random = requireNonNull(random, "random");
      return this;
    }

    /** Returns the core. Does no I/O and starts no thread. */
    public UserCore build() {
      return new UserCore(new CoreParts(this));
    }
  }
}
