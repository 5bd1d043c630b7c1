package com.ecommerce.user.core;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.address.Addresses;
import com.ecommerce.user.core.bulk.UserBatches;
import com.ecommerce.user.core.credential.HashingStatistics;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.directory.Directory;
import com.ecommerce.user.core.event.SecurityLog;
import com.ecommerce.user.core.health.CacheStatistics;
import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.internal.batch.EventLoopConnection;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.mail.OutboxWorker;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.mail.MailDelivery;
import com.ecommerce.user.core.mail.MailStatistics;
import com.ecommerce.user.core.preference.Preferences;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.ServiceClients;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.verification.EmailChanges;
import com.ecommerce.user.core.verification.EmailVerifications;
import com.ecommerce.user.core.verification.MailedLinks;
import com.ecommerce.user.core.verification.PasswordResets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

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
   * Starts the threads that watch the database, hash passwords, send mail, follow the changes of
   * other instances, write the security log, and delete expired data. A core that is not started
   * reads everything from the database.
   *
   * @throws IllegalStateException if it was started or closed before
   */
  public void start() {
    if (!startable.compareAndSet(true, false)) {
      throw new IllegalStateException(
          "the core was started or closed before (expected: a new one)");
    }
    parts.circuitBreaker.start();
    parts.eventFeed.start();
    parts.hashingPool.start();
    parts.mailWorker.ifPresent(OutboxWorker::start);
    parts.purgeJob.start();
    parts.securityLog.start();
  }

  /**
   * Stops what {@link #start} started. Hashes that calls wait for are still made; new ones are
   * refused. Waits a few seconds at most for a mail that is being sent, and a second for reads
   * whose calls have timed out.
   */
  @Override
  public void close() {
    startable.set(false);
    parts.securityLog.close();
    parts.health.close();
    parts.eventFeed.close();
    DaemonThreads.stop(parts.readers, READ_STOP_TIMEOUT);
    parts.purgeJob.close();
    parts.mailWorker.ifPresent(OutboxWorker::close);
    parts.hashingPool.close();
    parts.circuitBreaker.close();
  }

  /**
   * For servers with event loops, each of which calls this once on its thread. From then on users
   * who are asked for by id or email there, and are not in memory, are read over this connection:
   * on the loop's thread, gathered, and in the usual way whenever it is not ready or does not
   * answer.
   *
   * @param connection to the database of the data source; stays the caller's
   */
  public void useOnThisThread(EventLoopConnection connection) {
    requireNonNull(connection, "connection");
    parts.userReads.useOnThisThread(connection);
  }

  /** Returns the use cases of accounts. */
  public Users users() {
    return parts.users;
  }

  /** Returns the reads of many users at once. */
  public UserBatches userBatches() {
    return parts.userBatches;
  }

  /** Returns the lists and the search of users. */
  public Directory directory() {
    return parts.directory;
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

  /** Returns the view of mailed links that does not use them. */
  public MailedLinks mailedLinks() {
    return parts.mailedLinks;
  }

  /** Returns the use cases of sessions and access tokens. */
  public Sessions sessions() {
    return parts.sessions;
  }

  /** Returns the use cases of service clients. */
  public ServiceClients serviceClients() {
    return parts.serviceClients;
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
    parts.eventFeed.catchUp();
  }

  /**
   * Returns the time since the caches knew all changes of other instances; empty before the first
   * {@link #catchUp}.
   */
  public Optional<Duration> cacheAge() {
    return parts.eventFeed.age();
  }

  /** Returns the statistics of the cache of users, for metrics. */
  public CacheStatistics userCacheStatistics() {
    return parts.userCache.statistics();
  }

  /** Returns the statistics of the cache of session checks, for metrics. */
  public CacheStatistics sessionCacheStatistics() {
    return parts.sessionCache.statistics();
  }

  /** Returns the log of security events. */
  public SecurityLog securityLog() {
    return parts.securityLog;
  }

  /** Returns the rate limits, for transports to ask. */
  public RateLimits rateLimits() {
    return parts.rateLimits;
  }

  /** Collects what can be chosen; all of it has a default. Not thread-safe. */
  public static final class Builder extends CoreSettings {
    private Builder(DataSource dataSource) {
      super(dataSource);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * @throws IllegalArgumentException when the public base URL is none
     */
    public UserCore build() {
      return new UserCore(new CoreParts(this));
    }
  }
}
