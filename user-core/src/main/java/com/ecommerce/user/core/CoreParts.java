package com.ecommerce.user.core;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.event.CloudEvents;
import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.internal.account.AccountListener;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.account.AdminGuard;
import com.ecommerce.user.core.internal.account.EmailChangeRules;
import com.ecommerce.user.core.internal.account.ImportWrites;
import com.ecommerce.user.core.internal.account.JdbiUserBatches;
import com.ecommerce.user.core.internal.account.JdbiUsers;
import com.ecommerce.user.core.internal.account.RoleChanges;
import com.ecommerce.user.core.internal.account.UserCache;
import com.ecommerce.user.core.internal.account.UserCreations;
import com.ecommerce.user.core.internal.account.UserReads;
import com.ecommerce.user.core.internal.account.UserUpdates;
import com.ecommerce.user.core.internal.address.AddressErasure;
import com.ecommerce.user.core.internal.address.JdbiAddresses;
import com.ecommerce.user.core.internal.bulk.ImportParts;
import com.ecommerce.user.core.internal.bulk.JdbiUserExports;
import com.ecommerce.user.core.internal.bulk.JdbiUserImports;
import com.ecommerce.user.core.internal.concurrent.RetryDelays;
import com.ecommerce.user.core.internal.credential.CheckTimes;
import com.ecommerce.user.core.internal.credential.HashingPool;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.credential.LoginThrottle;
import com.ecommerce.user.core.internal.credential.PasswordChecks;
import com.ecommerce.user.core.internal.credential.PasswordStore;
import com.ecommerce.user.core.internal.credential.SignInOrigins;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.internal.db.PurgeJob;
import com.ecommerce.user.core.internal.db.WindowLimits;
import com.ecommerce.user.core.internal.directory.JdbiDirectory;
import com.ecommerce.user.core.internal.event.EventReasons;
import com.ecommerce.user.core.internal.event.EventRetention;
import com.ecommerce.user.core.internal.event.JdbiEventCursors;
import com.ecommerce.user.core.internal.event.JdbiUserEvents;
import com.ecommerce.user.core.internal.hash.PasswordHasher;
import com.ecommerce.user.core.internal.log.RateLimitedLogger;
import com.ecommerce.user.core.internal.mail.MailComposer;
import com.ecommerce.user.core.internal.mail.MailLimits;
import com.ecommerce.user.core.internal.mail.MailOutbox;
import com.ecommerce.user.core.internal.mail.MailRetention;
import com.ecommerce.user.core.internal.mail.OutboxWorker;
import com.ecommerce.user.core.internal.page.PageTokens;
import com.ecommerce.user.core.internal.preference.JdbiPreferences;
import com.ecommerce.user.core.internal.preference.PreferenceErasure;
import com.ecommerce.user.core.internal.session.JdbiSessions;
import com.ecommerce.user.core.internal.token.JweCookieSeal;
import com.ecommerce.user.core.internal.token.SigningKeys;
import com.ecommerce.user.core.internal.verification.AccountMailer;
import com.ecommerce.user.core.internal.verification.EmailChangeLinks;
import com.ecommerce.user.core.internal.verification.JdbiEmailChanges;
import com.ecommerce.user.core.internal.verification.JdbiEmailVerifications;
import com.ecommerce.user.core.internal.verification.JdbiMailedLinks;
import com.ecommerce.user.core.internal.verification.JdbiPasswordResets;
import com.ecommerce.user.core.internal.verification.LinkRequests;
import com.ecommerce.user.core.internal.verification.Registrations;
import com.ecommerce.user.core.internal.verification.Tokens;
import com.ecommerce.user.core.internal.verification.VerificationLinks;
import com.ecommerce.user.core.internal.webhook.JdbiWebhooks;
import com.ecommerce.user.core.internal.webhook.WebhookEvents;
import com.ecommerce.user.core.internal.webhook.WebhookPurge;
import com.ecommerce.user.core.internal.webhook.WebhookQueue;
import com.ecommerce.user.core.internal.webhook.WebhookWorker;
import com.ecommerce.user.core.limit.LocalBuckets;
import com.ecommerce.user.core.limit.MethodLimits;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Creates the parts of a {@link UserCore} with the settings of its builder. Starts none of them.
 */
final class CoreParts {
  private static final Duration PAUSE_BETWEEN_FAILURES = Duration.ofSeconds(10);

  final Infrastructure shared;
  final SessionParts sessionParts;
  final UserCache userCache;
  final UserReads userReads;
  final HashingPool hashingPool;
  final Optional<OutboxWorker> mailWorker;
  final MailOutbox mailOutbox;
  final JdbiPasswords passwords;
  final JdbiUsers users;
  final JdbiUsers usersWithAdmin;
  final JdbiUserBatches userBatches;
  final JdbiUserImports userImports;
  final JdbiUserExports userExports;
  final JdbiDirectory directory;
  final JdbiUserEvents userEvents;
  final JdbiEventCursors eventCursors;
  final Optional<WebhookWorker> webhookWorker;
  final JdbiWebhooks webhooks;
  final JdbiAddresses addresses;
  final JdbiPreferences preferences;
  final JdbiEmailVerifications emailVerifications;
  final JdbiPasswordResets passwordResets;
  final JdbiEmailChanges emailChanges;
  final JdbiMailedLinks mailedLinks;
  final JdbiSessions sessions;
  final JweCookieSeal cookieSeal;
  final PurgeJob purgeJob;
  final Health health;
  final RateLimits rateLimits;

  private final UserCore.Builder settings;
  private final Clock clock;
  private final Database database;

  CoreParts(UserCore.Builder settings) {
    this.settings = settings;
    shared = new Infrastructure(settings);
    clock = shared.clock;
    database = shared.database;
    userCache = new UserCache(shared.eventFeed, settings.cacheBytes, shared.nanoTime);
    userReads =
        new UserReads(database, userCache, shared.readers, settings.database.readConcurrency());
    sessionParts = new SessionParts(shared, settings);
    hashingPool = hashingPool();
    var windowLimits = new WindowLimits(shared.keys);
    var mailLimits = new MailLimits(windowLimits);
    var tokens =
        new Tokens(clock, shared.ids, shared.random, settings.mail.linkLifetimes(), mailLimits);
    mailWorker =
        Optional.ofNullable(settings.mailTransport).map(transport -> mailWorker(tokens, transport));
    mailOutbox =
        new MailOutbox(
            database,
            clock,
            shared.ids,
            mailLimits,
            () -> mailWorker.ifPresent(OutboxWorker::wake));
    var links = new VerificationLinks(clock, tokens, mailOutbox, mailLimits);
    var registrations = new Registrations();
    var mails = new AccountMailer(clock, tokens, mailOutbox, mailLimits, links, registrations);
    var origins = new SignInOrigins(clock, shared.keys);
    var throttle =
        new LoginThrottle(clock, shared.keys, origins, shared.securityLog, List.of(mails));
    var emailChangeLinks = new EmailChangeLinks(tokens, mailOutbox);
    var roleChanges = new RoleChanges(shared.events, shared.securityLog);
    List<AccountListener> listeners =
        List.of(
            roleChanges,
            mails,
            emailChangeLinks,
            sessionParts.terminator,
            new AddressErasure(clock, shared.events),
            new PreferenceErasure(clock, shared.events));
    var accounts = accounts(listeners);
    passwords = passwords(accounts, mails, throttle, origins);
    users = users(accounts, roleChanges, windowLimits);
    var guarded = Stream.concat(listeners.stream(), Stream.of(new AdminGuard())).toList();
    usersWithAdmin = users(accounts(guarded), roleChanges, windowLimits);

    userBatches = new JdbiUserBatches(userReads);
    userExports = new JdbiUserExports(database, clock, accounts, passwords, shared.securityLog);
    userImports = userImports(roleChanges, mails, emailChangeLinks);
    var pageTokens = new PageTokens(shared.keys);
    directory = new JdbiDirectory(shared.replicaReads, clock, pageTokens);
    userEvents =
        new JdbiUserEvents(database, shared.eventSequencer, shared.eventFollower, pageTokens);
    eventCursors = new JdbiEventCursors(database);
    var webhookEvents = new WebhookEvents(shared.events, shared.securityLog);
    webhookWorker = webhookWorker(webhookEvents);
    webhooks =
        new JdbiWebhooks(
            database,
            shared.writes,
            clock,
            shared.ids,
            shared.random,
            webhookEvents,
            shared.eventSequencer,
            shared.eventFollower,
            pageTokens,
            () -> webhookWorker.ifPresent(WebhookWorker::wake));
    addresses =
        new JdbiAddresses(database, shared.writes, clock, shared.ids, shared.events, accounts);
    preferences = new JdbiPreferences(database, shared.writes, clock, shared.events, accounts);
    var linkRequests = new LinkRequests(clock, shared.events);
    emailVerifications =
        new JdbiEmailVerifications(
            database,
            shared.writes,
            accounts,
            tokens,
            links,
            registrations,
            sessionParts.terminator,
            linkRequests);
    emailChanges = new JdbiEmailChanges(database, accounts, passwords, tokens, mailOutbox);
    mailedLinks = new JdbiMailedLinks(database, tokens);
    passwordResets =
        new JdbiPasswordResets(
            database,
            shared.writes,
            settings.workers,
            accounts,
            passwords,
            tokens,
            mailOutbox,
            registrations,
            linkRequests);
    sessions = sessionParts.sessions(accounts, passwords, origins, List.of(mails));
    cookieSeal = new JweCookieSeal(database, clock, shared.random);
    purgeJob =
        purgeJob(
            tokens,
            mailOutbox,
            throttle,
            origins,
            windowLimits,
            registrations,
            new EventReasons(),
            sessionParts.terminator,
            SigningKeys::purge,
            JweCookieSeal::purge,
            new WebhookPurge(),
            shared.writes);
    health = new Health(clock, shared.circuitBreaker::check, database::isImpaired, probes());
    rateLimits = rateLimits();
  }

  private Accounts accounts(List<AccountListener> listeners) {
    return new Accounts(clock, userReads, shared.events, listeners, settings.hidesAccounts);
  }

  private JdbiUserImports userImports(
      RoleChanges roleChanges, AccountMailer mails, EmailChangeLinks emailChangeLinks) {
    return new JdbiUserImports(
        database,
        settings.workers,
        new ImportParts(
            clock,
            shared.ids,
            shared.events,
            shared.securityLog,
            new ImportWrites(clock, userReads, shared.events),
            passwords,
            List.of(roleChanges, mails, emailChangeLinks, sessionParts.terminator)));
  }

  private PurgeJob purgeJob(Purge... purges) {
    return new PurgeJob(
        database,
        clock,
        List.of(purges),
        Stream.concat(
                Stream.<IntSupplier>of(
                    new EventRetention(database, clock, settings.eventRetention)),
                Optional.ofNullable(settings.mailTransport).stream()
                    .map(transport -> new MailRetention(database, transport)))
            .toList());
  }

  private HashingPool hashingPool() {
    return new HashingPool(
        settings.passwords.threads(),
        settings.passwords.queue(),
        settings.passwords.hash().expectedTime(),
        shared.nanoTime,
        settings.hashingWaits);
  }

  private OutboxWorker mailWorker(Tokens tokens, MailTransport transport) {
    return new OutboxWorker(
        database,
        clock,
        new MailComposer(settings.mail, tokens, clock),
        transport,
        new RetryDelays(OutboxWorker.FIRST_RETRY, shared.random),
        new RateLimitedLogger(PAUSE_BETWEEN_FAILURES, shared.nanoTime),
        settings.mailObserver);
  }

  private Optional<WebhookWorker> webhookWorker(WebhookEvents events) {
    return Optional.ofNullable(settings.webhookTransport)
        .map(
            transport ->
                new WebhookWorker(
                    database,
                    clock,
                    new WebhookQueue(database),
                    shared.eventSequencer,
                    events,
                    transport,
                    new CloudEvents(settings.eventSource),
                    new RetryDelays(WebhookWorker.FIRST_RETRY, shared.random),
                    new RateLimitedLogger(PAUSE_BETWEEN_FAILURES, shared.nanoTime)));
  }

  private JdbiPasswords passwords(
      Accounts accounts, AccountMailer mails, LoginThrottle throttle, SignInOrigins origins) {
    var store =
        new PasswordStore(
            clock,
            shared.events,
            throttle,
            origins,
            List.of(
                mails,
                sessionParts.terminator,
                (tx, call, user, byReset) -> dropPendingEmail(accounts, tx, call, user, byReset)));
    var hasher = new PasswordHasher(settings.passwords.hash(), shared.random);
    var checks =
        new PasswordChecks(
            database,
            settings.workers,
            hasher,
            hashingPool,
            throttle,
            shared.securityLog,
            new CheckTimes(shared.random, shared.nanoTime));
    return new JdbiPasswords(
        new PasswordPolicy(), hasher, hashingPool, checks, store, shared.writes, clock);
  }

  /**
   * Drops a pending email when the password changes, since somebody else may have requested it. A
   * reset drops it by itself.
   */
  private static void dropPendingEmail(
      Accounts accounts, Handle tx, RequestContext call, UserId user, boolean byReset) {
    if (!byReset) {
      accounts.dropPendingEmail(tx, call, accounts.lock(tx, user));
    }
  }

  private JdbiUsers users(Accounts accounts, RoleChanges roleChanges, WindowLimits limits) {
    var creations =
        new UserCreations(
            database,
            shared.writes,
            settings.workers,
            clock,
            shared.ids,
            shared.events,
            passwords,
            roleChanges,
            accounts);
    var emailChangeRules =
        new EmailChangeRules(clock, sessionParts.check(Operation.CHANGE_EMAIL), limits);
    // While one transaction waits for the disk, another one works.
    int concurrency = settings.database.readConcurrency() + 1;
    var updates =
        new UserUpdates(
            database,
            shared.writes,
            userReads,
            accounts,
            emailChangeRules,
            settings.workers,
            concurrency);
    return new JdbiUsers(
        shared.writes,
        clock,
        userReads,
        creations,
        updates,
        accounts,
        sessionParts.check(Operation.DELETE_USER));
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
