package com.ecommerce.user.core;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.internal.account.JdbiUserBatches;
import com.ecommerce.user.core.internal.account.JdbiUsers;
import com.ecommerce.user.core.internal.account.RoleChanges;
import com.ecommerce.user.core.internal.account.UserCache;
import com.ecommerce.user.core.internal.account.UserReads;
import com.ecommerce.user.core.internal.address.AddressErasure;
import com.ecommerce.user.core.internal.address.JdbiAddresses;
import com.ecommerce.user.core.internal.credential.HashingPool;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.credential.LoginThrottle;
import com.ecommerce.user.core.internal.credential.PasswordChecks;
import com.ecommerce.user.core.internal.credential.PasswordStore;
import com.ecommerce.user.core.internal.credential.SignInOrigins;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.DatabaseCircuitBreaker;
import com.ecommerce.user.core.internal.db.PurgeJob;
import com.ecommerce.user.core.internal.db.ReplicaReads;
import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.internal.db.TransactionCheck;
import com.ecommerce.user.core.internal.db.WindowLimits;
import com.ecommerce.user.core.internal.directory.JdbiDirectory;
import com.ecommerce.user.core.internal.event.EventFeed;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.event.EventReasons;
import com.ecommerce.user.core.internal.event.JdbiSecurityLog;
import com.ecommerce.user.core.internal.hash.PasswordHasher;
import com.ecommerce.user.core.internal.log.RateLimitedLogger;
import com.ecommerce.user.core.internal.mail.MailLimits;
import com.ecommerce.user.core.internal.mail.MailOutbox;
import com.ecommerce.user.core.internal.mail.MailRetention;
import com.ecommerce.user.core.internal.mail.OutboxWorker;
import com.ecommerce.user.core.internal.mail.RetryDelays;
import com.ecommerce.user.core.internal.preference.JdbiPreferences;
import com.ecommerce.user.core.internal.preference.PreferenceErasure;
import com.ecommerce.user.core.internal.session.JdbiServiceClients;
import com.ecommerce.user.core.internal.session.JdbiSessions;
import com.ecommerce.user.core.internal.session.SessionCache;
import com.ecommerce.user.core.internal.session.SessionParts;
import com.ecommerce.user.core.internal.verification.AccountMailer;
import com.ecommerce.user.core.internal.verification.EmailChangeLinks;
import com.ecommerce.user.core.internal.verification.JdbiEmailChanges;
import com.ecommerce.user.core.internal.verification.JdbiEmailVerifications;
import com.ecommerce.user.core.internal.verification.JdbiMailedLinks;
import com.ecommerce.user.core.internal.verification.JdbiPasswordResets;
import com.ecommerce.user.core.internal.verification.Registrations;
import com.ecommerce.user.core.internal.verification.Tokens;
import com.ecommerce.user.core.internal.verification.VerificationLinks;
import com.ecommerce.user.core.limit.LocalBuckets;
import com.ecommerce.user.core.limit.MethodLimits;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.page.PageTokens;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;

/** The parts of a {@link UserCore}, put together as its settings say. Starts none of them. */
final class CoreParts {
  private static final int IDLE_SECONDS = 30;
  private static final Duration PAUSE_BETWEEN_MAIL_FAILURES = Duration.ofSeconds(10);

  /**
   * The least memory for sessions, and for tokens: room for some 8,000 sessions or 4,000 tokens.
   * Above that, each gets a quarter of the memory of users.
   */
  private static final long MIN_SESSION_BYTES = 4L << 20;

  private static final int SESSION_SHARE = 4;

  final ExecutorService readers;
  final EventFeed eventFeed;
  final UserCache userCache;
  final UserReads userReads;
  final HashingPool hashingPool;
  final Optional<OutboxWorker> mailWorker;
  final MailOutbox mailOutbox;
  final SessionCache sessionCache;
  final JdbiPasswords passwords;
  final JdbiUsers users;
  final JdbiUserBatches userBatches;
  final JdbiDirectory directory;
  final JdbiAddresses addresses;
  final JdbiPreferences preferences;
  final JdbiEmailVerifications emailVerifications;
  final JdbiPasswordResets passwordResets;
  final JdbiEmailChanges emailChanges;
  final JdbiMailedLinks mailedLinks;
  final JdbiSessions sessions;
  final JdbiServiceClients serviceClients;
  final PurgeJob purgeJob;
  final DatabaseCircuitBreaker circuitBreaker;
  final Health health;
  final RateLimits rateLimits;
  final JdbiSecurityLog securityLog;

  private final UserCore.Builder settings;
  private final Clock clock;
  private final Database database;
  private final Uuids ids;
  private final EventLog events;
  private final ServiceKeys keys;

  CoreParts(UserCore.Builder settings) {
    this.settings = settings;
    clock = Clock.tick(settings.clock, Duration.ofNanos(1_000));
    circuitBreaker = circuitBreaker();
    database = new Database(settings.dataSource, settings.nanoTime, circuitBreaker);
    ids = new Uuids(clock, settings.random);
    events = new EventLog(ids);
    keys = new ServiceKeys(database);
    securityLog = new JdbiSecurityLog(database, clock, events);
    readers = readers();
    // Beside the pool: a busy one must not make this instance lose track of the others.
    var ownDatabase = new Database(feedDataSource(), settings.nanoTime, circuitBreaker);
    eventFeed = new EventFeed(ownDatabase, settings.nanoTime);
    userCache = new UserCache(eventFeed, settings.cacheBytes, settings.nanoTime);
    userReads = new UserReads(database, userCache, readers, settings.database.readConcurrency());
    hashingPool = hashingPool();
    var windowLimits = new WindowLimits(keys);
    var mailLimits = new MailLimits(windowLimits);
    var tokens = new Tokens(clock, ids, settings.random, settings.mail.linkLifetimes(), mailLimits);
    mailWorker =
        Optional.ofNullable(settings.mailTransport).map(transport -> mailWorker(tokens, transport));
    mailOutbox =
        new MailOutbox(
            database, clock, ids, mailLimits, () -> mailWorker.ifPresent(OutboxWorker::wake));
    sessionCache = sessionCache();
    var sessionParts = sessionParts();
    var links = new VerificationLinks(clock, tokens, mailOutbox, mailLimits);
    var registrations = new Registrations();
    var mails = new AccountMailer(clock, tokens, mailOutbox, mailLimits, links, registrations);
    var origins = new SignInOrigins(clock, keys);
    var throttle = new LoginThrottle(clock, keys, origins, securityLog, List.of(mails));
    passwords = passwords(mails, sessionParts, throttle, origins);
    users = users(mails, new EmailChangeLinks(tokens, mailOutbox), sessionParts, windowLimits);
    userBatches = new JdbiUserBatches(userReads);
    directory = new JdbiDirectory(replicaReads(), new PageTokens(keys));
    addresses = new JdbiAddresses(database, clock, ids, events, users);
    preferences = new JdbiPreferences(database, clock, events, users);
    emailVerifications =
        new JdbiEmailVerifications(
            database, users, tokens, links, registrations, sessionParts.terminator());
    emailChanges = new JdbiEmailChanges(database, users, passwords, tokens, mailOutbox);
    mailedLinks = new JdbiMailedLinks(database, tokens);
    passwordResets =
        new JdbiPasswordResets(
            database, settings.workers, users, passwords, tokens, mailOutbox, registrations);
    sessions =
        sessionParts.sessions(
            users,
            passwords,
            check(Operation.REVOKE_ALL_SESSIONS, sessionParts),
            origins,
            List.of(mails));
    serviceClients = sessionParts.serviceClients();
    purgeJob =
        new PurgeJob(
            database,
            clock,
            Stream.concat(
                    Stream.of(
                        tokens,
                        mailOutbox,
                        throttle,
                        origins,
                        windowLimits,
                        registrations,
                        new EventReasons()),
                    sessionParts.purges().stream())
                .toList(),
            Optional.ofNullable(settings.mailTransport).stream()
                .<IntSupplier>map(transport -> new MailRetention(database, transport))
                .toList());
    health = new Health(clock, circuitBreaker, database::isImpaired, probes());
    rateLimits = rateLimits();
  }

  /** Threads for reads that other calls need, which come into being with the first read. */
  private ExecutorService readers() {
    // Users by id, users by email and sessions each have a loader, and each of its batches has one
    // thread that queries and one that completes answers meanwhile. One more reads the signing
    // keys, and two read the service clients.
    int most = 3 * 2 * settings.database.readConcurrency() + 3;
    var threads =
        new ThreadPoolExecutor(
            most,
            most,
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

  private DatabaseCircuitBreaker circuitBreaker() {
    var dedicated = settings.database.probe();
    var probe = dedicated.orElseGet(() -> Health.Probe.of(feedDataSource()));
    var observer = settings.database.observer();
    return new DatabaseCircuitBreaker(
        probe::isWell,
        dedicated.isPresent(),
        observer::onUnavailable,
        observer::onAvailable,
        settings.nanoTime);
  }

  private DataSource feedDataSource() {
    return settings.database.feed().orElse(settings.dataSource);
  }

  private HashingPool hashingPool() {
    return new HashingPool(
        settings.passwords.threads(),
        settings.passwords.queue(),
        settings.passwords.hash().expectedTime(),
        System::nanoTime,
        settings.hashingWaits);
  }

  private OutboxWorker mailWorker(Tokens tokens, MailTransport transport) {
    return new OutboxWorker(
        database,
        clock,
        tokens,
        settings.mail,
        transport,
        new RetryDelays(settings.random),
        new RateLimitedLogger(PAUSE_BETWEEN_MAIL_FAILURES, settings.nanoTime),
        settings.mailObserver);
  }

  private SessionCache sessionCache() {
    return new SessionCache(
        new SessionCache.Needs(database, eventFeed, readers, clock, settings.nanoTime),
        settings.database.readConcurrency(),
        sessionBytes());
  }

  private long sessionBytes() {
    return Math.max(MIN_SESSION_BYTES, settings.cacheBytes / SESSION_SHARE);
  }

  private SessionParts sessionParts() {
    return new SessionParts(
        new SessionParts.Needs(
            settings.tokens,
            database,
            readers,
            clock,
            ids,
            settings.random,
            keys,
            events,
            securityLog,
            settings.nanoTime,
            sessionBytes()),
        sessionCache);
  }

  private JdbiPasswords passwords(
      AccountMailer mails,
      SessionParts sessionParts,
      LoginThrottle throttle,
      SignInOrigins origins) {
    var store =
        new PasswordStore(
            clock,
            events,
            throttle,
            origins,
            List.of(mails, sessionParts.terminator(), this::dropPendingEmail));
    var hasher = new PasswordHasher(settings.passwords.hash(), settings.random);
    var checks =
        new PasswordChecks(
            database,
            settings.workers,
            hasher,
            hashingPool,
            throttle,
            securityLog,
            settings.random);
    return new JdbiPasswords(new PasswordPolicy(), hasher, hashingPool, checks, store);
  }

  /**
   * Drops a pending email when the password changes, since somebody else may have requested it. A
   * reset drops it by itself.
   */
  private void dropPendingEmail(Handle tx, RequestContext call, UserId user, boolean byReset) {
    if (!byReset) {
      users.dropPendingEmail(tx, call, users.lock(tx, user));
    }
  }

  private JdbiUsers users(
      AccountMailer mails,
      EmailChangeLinks emailChangeLinks,
      SessionParts sessionParts,
      WindowLimits limits) {
    return new JdbiUsers(
        database,
        userReads,
        settings.workers,
        // While one waits for the disk, another one works.
        settings.database.readConcurrency() + 1,
        clock,
        ids,
        events,
        passwords,
        new RoleChanges(events, securityLog),
        List.of(
            mails,
            emailChangeLinks,
            sessionParts.terminator(),
            new AddressErasure(clock, events),
            new PreferenceErasure(clock, events)),
        new JdbiUsers.Checks(
            check(Operation.CHANGE_EMAIL, sessionParts),
            check(Operation.DELETE_USER, sessionParts)),
        limits,
        settings.hidesAccounts);
  }

  /** Returns the check that the operation needs in addition to the right. */
  private static TransactionCheck check(Operation operation, SessionParts sessionParts) {
    return operation.needsRecentProof() ? sessionParts.recentProof() : TransactionCheck.NONE;
  }

  private ReplicaReads replicaReads() {
    var replica = settings.database.replica().map(Database::replica);
    return new ReplicaReads(database, replica, settings.nanoTime);
  }

  private Map<String, Health.Probe> probes() {
    var probes = new TreeMap<>(settings.healthProbes);
    var mailProbe = settings.mailProbe;
    if (mailWorker.isPresent() && mailProbe != null) {
      var worker = mailWorker.get();
      probes.put("mail", () -> worker.isTransportWell() && mailProbe.isWell());
    }
    return probes;
  }

  private RateLimits rateLimits() {
    var local = new LocalBuckets(clock);
    var store = Optional.ofNullable(settings.bucketStore).orElse(local);
    return new RateLimits(
        settings.rateLimits, MethodLimits.presets(hashesPerSecond()), store, local);
  }

  /**
   * Returns the number of passwords that this process can hash in a second if nothing else uses its
   * cores.
   */
  private double hashesPerSecond() {
    double seconds = settings.passwords.hash().expectedTime().toNanos() / 1e9;
    return settings.passwords.threads() / seconds;
  }
}
