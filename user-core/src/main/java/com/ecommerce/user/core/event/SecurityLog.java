package com.ecommerce.user.core.event;

import com.ecommerce.user.core.call.Actor;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.call.ClientNetwork;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.event.SecuritySums.Occurrence;
import com.ecommerce.user.core.event.SecuritySums.Sum;
import com.ecommerce.user.core.internal.DaemonThreads;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what those who watch over security look for, at INFO and into the event log (OWASP ASVS
 * 5.0, chapter 16): failed logins, accounts under attack, calls refused for lack of rights, stolen
 * refresh tokens, changed roles, new admins and service clients. Thread-safe.
 *
 * <p>No caller can flood it. What anybody can cause is counted, and written once a minute: one line
 * for each kind, and one event for each user, for 100 users of each kind at most. What only
 * privileged callers can cause is written at once, 20 lines a minute at most.
 *
 * <p>Lines and events have ids and coarse networks, and nothing else of a person or of what a
 * client sent. Sums of a process that is killed are lost, for a minute at most.
 */
public final class SecurityLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger("com.ecommerce.user.security");

  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_EVENTS_PER_KIND = 100;
  private static final int MAX_EVENTS_WAITING = 1_000;
  private static final int MAX_LINES = 20;

  private final Database database;
  private final Clock clock;
  private final EventLog events;
  private final SecuritySums sums = new SecuritySums();
  private final AtomicInteger lines = new AtomicInteger();

  /** Those that the database has not taken yet. Guarded by this. */
  private final Queue<EventLog.Entry> waiting = new ArrayDeque<>();

  private boolean isFailing;
  private volatile ScheduledExecutorService thread;

  /** What is counted. */
  enum Kind {
    FAILED_LOGIN("Failed logins", EventType.LOGIN_FAILED),
    FAILED_CLIENT_LOGIN("Failed logins of service clients", EventType.CLIENT_LOGIN_FAILED),
    GUESSING("Guessing attacks detected", EventType.LOGIN_GUESSING_DETECTED),
    ACCESS_DENIED("Calls refused for lack of rights", EventType.ACCESS_DENIED),
    /** Has an event already, of the transaction that ends the session. */
    TOKEN_REUSE("Refresh tokens used a second time, whose sessions were ended", null);

    private final String title;
    private final EventType event;

    Kind(String title, EventType event) {
      this.title = title;
      this.event = event;
    }
  }

  /** For {@code UserCore}, which is the way to get one. */
  public SecurityLog(Database database, Clock clock, EventLog events) {
    this.database = database;
    this.clock = clock;
    this.events = events;
  }

  /** Starts the thread that writes the sums. */
  public synchronized void start() {
    thread = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("security-log"));
    thread.scheduleWithFixedDelay(
        this::writeSumsAndLog, INTERVAL.toSeconds(), INTERVAL.toSeconds(), TimeUnit.SECONDS);
  }

  /**
   * A login, or another check of a password, failed: the password was wrong or the try refused.
   *
   * @param user empty for an account that does not exist
   */
  public void failedLogin(Call call, Optional<UserId> user) {
    count(Kind.FAILED_LOGIN, user.map(UserId::toString).orElse("unknown accounts"), user, "", call);
  }

  /**
   * A service client brought a wrong secret.
   *
   * @param client the id of a client that exists, or empty
   */
  public void failedClientLogin(Call call, Optional<UUID> client) {
    String subject = client.map(UUID::toString).orElse("unknown clients");
    count(Kind.FAILED_CLIENT_LOGIN, subject, client.map(UserId::new), "", call);
  }

  /** An account refuses networks from which its user never signed in, from now on. */
  public void guessingDetected(Call call, UserId user) {
    count(Kind.GUESSING, user.toString(), Optional.of(user), "", call);
  }

  /**
   * A call was refused since its caller lacks a right.
   *
   * @param call made by the caller
   * @param operation the method's name
   */
  public void accessDenied(Call call, String operation) {
    var user = user(call.actor());
    String subject = user.isPresent() ? call.actor().name() : "anonymous callers";
    count(Kind.ACCESS_DENIED, subject, user, operation, call);
  }

  private static Optional<UserId> user(Actor actor) {
    try {
      return Optional.of(UserId.parse(actor.name()));
    } catch (InvalidValueException noUser) {
      return Optional.empty();
    }
  }

  /** A refresh token was used a second time, and its session was ended. */
  public void tokenReused(Call call, UserId user) {
    count(Kind.TOKEN_REUSE, user.toString(), Optional.of(user), "", call);
  }

  private void count(Kind kind, String subject, Optional<UserId> user, String detail, Call call) {
    String network = ClientNetwork.coarse(call.clientNetwork());
    sums.add(new Occurrence(kind, subject, user, detail, network));
  }

  /**
   * Writes a line about something that a privileged caller did, and whose event the caller of this
   * method has written.
   *
   * @param call made by the privileged caller
   * @param what a sentence without its full stop; has ids, and nothing else of a person
   */
  public void privileged(Call call, EventType event, String what) {
    if (lines.incrementAndGet() <= MAX_LINES) {
      String network = ClientNetwork.coarse(call.clientNetwork());
      log.atInfo()
          .addKeyValue("event", event.code())
          .addKeyValue("caller", call.actor().name())
          .addKeyValue("network", network)
          .log("{}, by {} from {}", what, call.actor().name(), network);
    }
  }

  /** Throws nothing, which would end the runs for good. */
  private void writeSumsAndLog() {
    try {
      writeSums();
      isFailing = false;
    } catch (RuntimeException | Error failed) {
      if (!isFailing) {
        log.warn(
            "Sums of the security log are not in the event log yet; a later run tries", failed);
      }
      isFailing = true;
    }
  }

  /**
   * Writes what was counted since the last time, in this thread.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException when the event log cannot be
   *     written; a later run tries again
   */
  public synchronized void writeSums() {
    int leftOut = lines.getAndSet(0) - MAX_LINES;
    if (leftOut > 0) {
      log.info("Lines about roles and clients that were left out for their number: {}", leftOut);
    }
    sums.take().forEach(this::write);
    if (waiting.isEmpty()) {
      return;
    }
    var entries = List.copyOf(waiting);
    database.useTransaction(Call.system(), tx -> events.append(tx, entries));
    waiting.clear();
  }

  private void write(Sum sum) {
    log.atInfo()
        .addKeyValue("event", sum.kind().name().toLowerCase(Locale.ROOT))
        .addKeyValue("count", sum.total())
        .log(
            "{} in the last {} s: {}, of {} from {} networks; most of {}, most from {}{}",
            sum.kind().title,
            INTERVAL.toSeconds(),
            sum.total(),
            sum.subjects(),
            sum.networks(),
            sum.topSubjects(),
            sum.topNetworks(),
            sum.topDetails().map(details -> ", most in " + details).orElse(""));
    if (sum.kind().event != null) {
      sum.byUser().stream().limit(MAX_EVENTS_PER_KIND).forEach(this::queueEvent);
    }
  }

  private void queueEvent(Sum ofUser) {
    boolean isByUser = ofUser.kind() == Kind.ACCESS_DENIED;
    var actor = isByUser ? Actor.user(ofUser.user()) : Actor.SYSTEM;
    String reason =
        ofUser.total()
            + " from "
            + ofUser.topNetworks()
            + ofUser.topDetails().map(details -> " in " + details).orElse("");
    if (waiting.size() == MAX_EVENTS_WAITING) {
      waiting.remove();
    }
    waiting.add(
        new EventLog.Entry(
            Call.by(actor),
            clock.instant(),
            ofUser.kind().event,
            ofUser.user(),
            null,
            reason,
            List.of()));
  }

  /** Writes what is counted, and stops; waits for 5 seconds at most. */
  @Override
  public void close() {
    var writer = thread;
    if (writer != null) {
      writer.execute(this::writeSumsAndLog);
      DaemonThreads.stop(writer, STOP_TIMEOUT);
    }
  }
}
