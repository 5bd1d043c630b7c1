package com.ecommerce.user.core.internal.event;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.event.SecurityLog;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.event.SecurityEventCounts.Occurrence;
import com.ecommerce.user.core.internal.event.SecurityEventCounts.Sum;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.ClientNetwork;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Implements {@link SecurityLog} with Jdbi. */
public final class JdbiSecurityLog implements SecurityLog, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger("com.ecommerce.user.security");

  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_EVENTS_PER_KIND = 100;
  private static final int MAX_EVENTS_WAITING = 1_000;
  private static final int MAX_LINES = 20;

  private final Database database;
  private final Clock clock;
  private final EventLog events;
  private final SecurityEventCounts sums = new SecurityEventCounts();
  private final AtomicInteger lines = new AtomicInteger();
  private final AtomicInteger imports = new AtomicInteger();

  /** Events that are not written to the database yet. Guarded by this. */
  private final Queue<EventLog.Entry> waiting = new ArrayDeque<>();

  private boolean isFailing;
  private volatile ScheduledExecutorService thread;

  /** The kinds of occurrences that are counted. */
  enum Kind {
    FAILED_LOGIN("Failed logins", EventType.LOGIN_FAILED),
    FAILED_CLIENT_LOGIN("Failed logins of service clients", EventType.CLIENT_LOGIN_FAILED),
    GUESSING("Guessing attacks detected", EventType.LOGIN_GUESSING_DETECTED),
    ACCESS_DENIED("Calls refused for lack of rights", EventType.ACCESS_DENIED),
    /** The transaction that ends the session already writes the event. */
    TOKEN_REUSE("Refresh tokens used a second time", null);

    private final String title;
    private final EventType event;

    Kind(String title, EventType event) {
      this.title = title;
      this.event = event;
    }
  }

  /** Creates a log, for {@code UserCore}. */
  public JdbiSecurityLog(Database database, Clock clock, EventLog events) {
    this.database = database;
    this.clock = clock;
    this.events = events;
  }

  /** Starts the thread that writes the sums. */
  public synchronized void start() {
    thread = DaemonThreads.timer("security-log");
    thread.scheduleWithFixedDelay(
        this::writeSumsAndLog, INTERVAL.toSeconds(), INTERVAL.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void failedLogin(RequestContext call, Optional<UserId> user) {
    count(Kind.FAILED_LOGIN, user.map(UserId::toString).orElse("unknown accounts"), user, "", call);
  }

  /**
   * Counts a wrong secret of a service client.
   *
   * @param client the id of a client that exists, or empty
   */
  public void failedClientLogin(RequestContext call, Optional<UUID> client) {
    String subject = client.map(UUID::toString).orElse("unknown clients");
    count(Kind.FAILED_CLIENT_LOGIN, subject, client.map(UserId::new), "", call);
  }

  /** Counts an account that begins to refuse networks from which its user never signed in. */
  public void guessingDetected(RequestContext call, UserId user) {
    count(Kind.GUESSING, user.toString(), Optional.of(user), "", call);
  }

  @Override
  public void accessDenied(RequestContext call, String operation) {
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

  /** Counts a refresh token that was used a second time and whose session was ended. */
  public void tokenReused(RequestContext call, UserId user) {
    count(Kind.TOKEN_REUSE, user.toString(), Optional.of(user), "", call);
  }

  private void count(
      Kind kind, String subject, Optional<UserId> user, String detail, RequestContext call) {
    String network = ClientNetwork.coarse(call.clientNetwork());
    sums.add(new Occurrence(kind, subject, user, detail, network));
  }

  /**
   * Writes a line about an action of a privileged caller. The caller of this method writes the
   * event.
   *
   * @param call the call of the privileged caller
   * @param what a sentence without a period; contains ids, and no other personal data
   */
  public void privileged(RequestContext call, EventType event, String what) {
    if (lines.incrementAndGet() <= MAX_LINES) {
      write(call, event.code(), what);
    }
  }

  /** Writes a line about an export of users. */
  public void exported(RequestContext call, boolean withHashes) {
    String hashes = withHashes ? "with the hashes of their passwords" : "without hashes";
    write(call, "users.exported", "Users are exported " + hashes);
  }

  /**
   * Writes a line about an import that has ended.
   *
   * @param rows the number of rows with each outcome, as text
   */
  public void imported(RequestContext call, boolean dryRun, String rows) {
    if (imports.incrementAndGet() <= MAX_LINES) {
      String what = dryRun ? "A dry run of an import of users" : "An import of users";
      write(call, "users.imported", what + " has ended: " + rows);
    }
  }

  private static void write(RequestContext call, String event, String what) {
    String network = ClientNetwork.coarse(call.clientNetwork());
    log.atInfo()
        .addKeyValue("event", event)
        .addKeyValue("caller", call.actor().name())
        .addKeyValue("network", network)
        .log("{}, by {} from {}", what, call.actor().name(), network);
  }

  /** Throws nothing, since an exception would end the scheduled runs. */
  private void writeSumsAndLog() {
    try {
      writeSums();
      isFailing = false;
    } catch (RuntimeException | Error failed) {
      if (!isFailing && !Database.isOutage(failed)) {
        log.warn(
            "The sums of the security log could not be written to the event log; the next run tries again",
            failed);
      }
      isFailing = true;
    }
  }

  @Override
  public synchronized void writeSums() {
    writeLeftOut(lines, "roles, clients and webhooks");
    writeLeftOut(imports, "imports");
    sums.take().forEach(this::write);
    if (waiting.isEmpty()) {
      return;
    }
    var entries = List.copyOf(waiting);
    database.useTransaction(RequestContext.system(), tx -> events.append(tx, entries));
    waiting.clear();
  }

  private static void writeLeftOut(AtomicInteger lines, String about) {
    int leftOut = lines.getAndSet(0) - MAX_LINES;
    if (leftOut > 0) {
      log.info("Lines about {} left out because there were too many: {}", about, leftOut);
    }
  }

  private void write(Sum sum) {
    log.atInfo()
        .addKeyValue("event", sum.kind().name().toLowerCase(Locale.ROOT))
        .addKeyValue("count", sum.total())
        .log(
            "{} in the last {} s: {}, of {} subjects from {} networks; most of {}, most from {}{}",
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
        EventLog.Entry.of(
                RequestContext.by(actor), clock.instant(), ofUser.kind().event, ofUser.user())
            .because(reason));
  }

  /** Writes the remaining counts and stops; waits for at most 5 seconds. */
  @Override
  public void close() {
    var writer = thread;
    if (writer != null) {
      writer.execute(this::writeSumsAndLog);
      DaemonThreads.stop(writer, STOP_TIMEOUT);
    }
  }
}
