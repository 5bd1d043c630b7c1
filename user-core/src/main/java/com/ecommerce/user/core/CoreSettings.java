package com.ecommerce.user.core;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.health.DatabaseObserver;
import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.internal.credential.HashingPool;
import com.ecommerce.user.core.limit.BucketStore;
import com.ecommerce.user.core.limit.RateLimitSettings;
import com.ecommerce.user.core.mail.MailObserver;
import com.ecommerce.user.core.mail.MailSender;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.verification.TokenLifetimes;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link UserCore}: the part of its builder that only holds values. */
abstract sealed class CoreSettings permits UserCore.Builder {
  final DataSource dataSource;
  final Map<String, Health.Probe> healthProbes = new TreeMap<>();
  DataSource probeDataSource;
  Health.@Nullable Probe databaseProbe;
  DatabaseObserver databaseObserver = DatabaseObserver.NONE;
  @Nullable DataSource readDataSource;
  Clock clock = Clock.systemUTC();
  LongSupplier nanoTime = System::nanoTime;
  SecureRandom random = new SecureRandom();
  Workers workers = Workers.on(ForkJoinPool.commonPool());
  HashSettings hashSettings = HashSettings.DEFAULT;
  int hashingThreads = Runtime.getRuntime().availableProcessors();
  int hashingQueue = HashingPool.MAX_PLACES;
  LongConsumer hashingWaits = nanoseconds -> {};
  TokenSettings tokenSettings = TokenSettings.DEFAULT;
  int readConcurrency = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  long cacheBytes = defaultCacheBytes();
  @Nullable MailTransport mailTransport;
  MailObserver mailObserver = MailObserver.NONE;
  Health.@Nullable Probe mailProbe;
  MailSender mailSender = MailSender.parse("no-reply@localhost");
  URI publicBaseUrl = URI.create("http://localhost:8000");
  Optional<Path> mailTemplates = Optional.empty();
  TokenLifetimes tokenLifetimes = TokenLifetimes.DEFAULT;
  RateLimitSettings rateLimitSettings = RateLimitSettings.NONE;
  @Nullable BucketStore bucketStore;
  boolean hidesAccounts;

  CoreSettings(DataSource dataSource) {
    this.dataSource = requireNonNull(dataSource, "dataSource");
    this.probeDataSource = dataSource;
  }

  /** Tells the time of every change. Default: the system's. */
  public UserCore.Builder clock(Clock clock) {
    this.clock = requireNonNull(clock, "clock");
    return self();
  }

  /** Tells how old what is known may be. Default: {@link System#nanoTime}. */
  public UserCore.Builder nanoTime(LongSupplier nanoTime) {
    this.nanoTime = requireNonNull(nanoTime, "nanoTime");
    return self();
  }

  /** Makes tokens, salts and ids. Default: the platform's. */
  public UserCore.Builder random(SecureRandom random) {
    this.random = requireNonNull(random, "random");
    return self();
  }

  /** Runs what may block after a password was hashed. Default: the common pool. */
  public UserCore.Builder executor(Executor executor) {
    return workers(Workers.on(requireNonNull(executor, "executor")));
  }

  /**
   * Sets the workers that run blocking work. Unlike an {@link #executor}, they know the call that
   * the work belongs to.
   */
  public UserCore.Builder workers(Workers workers) {
    this.workers = requireNonNull(workers, "workers");
    return self();
  }

  /** Sets the algorithm and cost of new password hashes. Default: bcrypt at cost 12. */
  public UserCore.Builder hashSettings(HashSettings hashSettings) {
    this.hashSettings = requireNonNull(hashSettings, "hashSettings");
    return self();
  }

  /** Sets how many passwords are hashed at once. Default: one for each core. */
  public UserCore.Builder hashingThreads(int hashingThreads) {
    this.hashingThreads = hashingThreads;
    return self();
  }

  /**
   * Sets how many queries for single users run at once, by id, by email and for sessions each.
   * Default: one for two cores, which gathers most.
   */
  public UserCore.Builder readConcurrency(int readConcurrency) {
    this.readConcurrency = readConcurrency;
    return self();
  }

  /** Three tenths of the heap: of 128 MB, that holds some 100,000 users. */
  public static long defaultCacheBytes() {
    return Runtime.getRuntime().maxMemory() / 10 * 3;
  }

  /**
   * About how much memory copies of users may take; 0 keeps none. A user takes some 400 bytes.
   * Cached sessions take an additional quarter of it, or 4 MiB if that is more, and verified access
   * tokens as much again. Default: three tenths of the heap.
   */
  public UserCore.Builder cacheBytes(long cacheBytes) {
    this.cacheBytes = cacheBytes;
    return self();
  }

  /**
   * Sets the maximum number of passwords that wait to be hashed. Where hashes are slow, fewer wait:
   * a call whose hash cannot begin within 2 seconds is refused. Default: 1,000.
   */
  public UserCore.Builder hashingQueue(int hashingQueue) {
    this.hashingQueue = hashingQueue;
    return self();
  }

  /**
   * Is told how many nanoseconds each password waited for its turn to be hashed; thread-safe.
   * Default: nobody.
   */
  public UserCore.Builder hashingWaits(LongConsumer hashingWaits) {
    this.hashingWaits = requireNonNull(hashingWaits, "hashingWaits");
    return self();
  }

  /** Sets the algorithm and lifetimes of tokens. Default: {@link TokenSettings#DEFAULT}. */
  public UserCore.Builder tokenSettings(TokenSettings tokenSettings) {
    this.tokenSettings = requireNonNull(tokenSettings, "tokenSettings");
    return self();
  }

  /**
   * Connections for the event feed and, unless there is a {@link #databaseProbe}, for health
   * checks, so that a busy pool is not taken for an outage; one connection is enough. Default: the
   * data source itself.
   */
  public UserCore.Builder probeDataSource(DataSource probeDataSource) {
    this.probeDataSource = requireNonNull(probeDataSource, "probeDataSource");
    return self();
  }

  /**
   * Sets the probe of the database. It must use a connection of its own, end by itself within
   * seconds, and allow calls by several threads at once. The database counts as unavailable if two
   * calls in a row take more than 600 milliseconds. Default: a probe over the probe data source,
   * whose late answers count for nothing, since it may have waited for a connection.
   */
  public UserCore.Builder databaseProbe(Health.Probe databaseProbe) {
    this.databaseProbe = requireNonNull(databaseProbe, "databaseProbe");
    return self();
  }

  /** Sets the listener for outages of the database. Default: none. */
  public UserCore.Builder databaseObserver(DatabaseObserver databaseObserver) {
    this.databaseObserver = requireNonNull(databaseObserver, "databaseObserver");
    return self();
  }

  /**
   * Connections to a replica, for what may be a little old: lists and searches, and nothing else.
   * While it does not answer, they read the main database. Default: none.
   */
  public UserCore.Builder readDataSource(DataSource readDataSource) {
    this.readDataSource = requireNonNull(readDataSource, "readDataSource");
    return self();
  }

  /** One more part for {@link Health} to look at, which the service can do without. */
  public UserCore.Builder healthProbe(String component, Health.Probe probe) {
    healthProbes.put(requireNonNull(component, "component"), requireNonNull(probe, "probe"));
    return self();
  }

  /** Sets the transport of mails, which stays the caller's to close. Default: none, mails wait. */
  public UserCore.Builder mailTransport(MailTransport mailTransport) {
    this.mailTransport = requireNonNull(mailTransport, "mailTransport");
    return self();
  }

  /** Hears of each attempt to send a mail. Default: nobody does. */
  public UserCore.Builder mailObserver(MailObserver mailObserver) {
    this.mailObserver = requireNonNull(mailObserver, "mailObserver");
    return self();
  }

  /**
   * Looks at where the transport hands mail over; with it, {@code mail} is a component of health,
   * which is away while this says so or the latest mail could not be sent. Default: none.
   */
  public UserCore.Builder mailProbe(Health.Probe mailProbe) {
    this.mailProbe = requireNonNull(mailProbe, "mailProbe");
    return self();
  }

  /** Whom mails come from. Default: {@code no-reply@localhost}. */
  public UserCore.Builder mailSender(MailSender mailSender) {
    this.mailSender = requireNonNull(mailSender, "mailSender");
    return self();
  }

  /** Sets the start of the links in mails. Default: {@code http://localhost:8000}. */
  public UserCore.Builder publicBaseUrl(URI publicBaseUrl) {
    this.publicBaseUrl = requireNonNull(publicBaseUrl, "publicBaseUrl");
    return self();
  }

  /** A folder whose files replace and add to the templates of mails. Default: none. */
  public UserCore.Builder mailTemplates(Path mailTemplates) {
    this.mailTemplates = Optional.of(requireNonNull(mailTemplates, "mailTemplates"));
    return self();
  }

  /** Sets how long the links in mails work. Default: a day to verify, an hour to reset. */
  public UserCore.Builder tokenLifetimes(TokenLifetimes tokenLifetimes) {
    this.tokenLifetimes = requireNonNull(tokenLifetimes, "tokenLifetimes");
    return self();
  }

  /** Sets how often callers may call, where a transport asks. Default: as often as they like. */
  public UserCore.Builder rateLimits(RateLimitSettings rateLimits) {
    this.rateLimitSettings = requireNonNull(rateLimits, "rateLimits");
    return self();
  }

  /** Sets the store of call counts, which stays the caller's to close. Default: in process. */
  public UserCore.Builder bucketStore(BucketStore bucketStore) {
    this.bucketStore = requireNonNull(bucketStore, "bucketStore");
    return self();
  }

  /**
   * Sets whether registrations by callers without rights hide that an email is taken. If so,
   * registrations do not return the id of the new user either, and users cannot log in before their
   * email is verified. Default: not hidden.
   */
  public UserCore.Builder hidesAccounts(boolean hidesAccounts) {
    this.hidesAccounts = hidesAccounts;
    return self();
  }

  abstract UserCore.Builder self();
}
