package com.ecommerce.user.core;

import com.ecommerce.user.core.health.Health;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.DatabaseCircuitBreaker;
import com.ecommerce.user.core.internal.db.IdempotentWrites;
import com.ecommerce.user.core.internal.db.ReplicaReads;
import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.internal.event.EventFeed;
import com.ecommerce.user.core.internal.event.EventFollower;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.event.EventSequencer;
import com.ecommerce.user.core.internal.event.JdbiSecurityLog;
import com.ecommerce.user.core.value.Uuids;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/**
 * The parts of a {@link UserCore} that its features share: the database and the threads that read
 * it, time, ids, and the logs of events. Starts none of them.
 */
final class Infrastructure {
  final Clock clock;
  final LongSupplier nanoTime;
  final SecureRandom random;
  final DatabaseCircuitBreaker circuitBreaker;
  final Database database;
  final ReplicaReads replicaReads;
  final ServiceKeys keys;
  final IdempotentWrites writes;
  final Uuids ids;
  final EventLog events;
  final EventFeed eventFeed;
  final EventSequencer eventSequencer;
  final EventFollower eventFollower;
  final JdbiSecurityLog securityLog;
  final ExecutorService readers;

  Infrastructure(UserCore.Builder settings) {
    clock = Clock.tick(settings.clock, Duration.ofNanos(1_000));
    nanoTime = settings.nanoTime;
    random = settings.random;
    // Beside the pool: a busy one must not make this instance lose track of the others.
    var feedSource = settings.database.feed().orElse(settings.dataSource);
    circuitBreaker = circuitBreaker(settings.database, feedSource, nanoTime);
    database = new Database(settings.dataSource, nanoTime, circuitBreaker);
    replicaReads =
        new ReplicaReads(database, settings.database.replica().map(Database::replica), nanoTime);
    keys = new ServiceKeys(database);
    writes = new IdempotentWrites(database, keys, clock);
    ids = new Uuids(clock, random);
    events = new EventLog(ids);
    eventFeed = new EventFeed(new Database(feedSource, nanoTime, circuitBreaker), nanoTime);
    eventSequencer = new EventSequencer(database, random);
    eventFollower = new EventFollower(database, eventSequencer, nanoTime);
    securityLog = new JdbiSecurityLog(database, clock, events);
    readers = readers(settings.database.readConcurrency());
  }

  private static DatabaseCircuitBreaker circuitBreaker(
      DatabaseSettings settings, DataSource feedSource, LongSupplier nanoTime) {
    var probe = settings.probe().orElseGet(() -> Health.Probe.of(feedSource));
    return new DatabaseCircuitBreaker(
        probe::isWell,
        settings.probe().isPresent(),
        settings.observer()::onUnavailable,
        settings.observer()::onAvailable,
        settings.observer()::logsOutage,
        nanoTime);
  }

  /** Returns the threads for reads that other calls need; they start with the first read. */
  private static ExecutorService readers(int concurrency) {
    // Users by id, users by email and sessions each have a loader, and each of its batches has one
    // thread that queries and one that completes answers meanwhile. One more reads the signing
    // keys, and two read the service clients.
    int most = 3 * 2 * concurrency + 3;
    return DaemonThreads.pool("user-reader", most, new LinkedBlockingQueue<>());
  }
}
