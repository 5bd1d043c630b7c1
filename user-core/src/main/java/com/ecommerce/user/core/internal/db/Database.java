package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.WorkObserver;
import java.sql.SQLException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jdbi.v3.postgres.PostgresPlugin;

/**
 * Runs work in transactions, and translates failures of the database into exceptions that a caller
 * can act on. When a call is cancelled, its running statement is cancelled. Does not close the data
 * source. Thread-safe.
 */
public final class Database {
  private static final int MAX_ATTEMPTS = 5;

  private final Jdbi jdbi;
  private final DatabaseCircuitBreaker watch;
  private final Impairment impairment;

  /**
   * The isolation level that transactions have by default; null until the first one looks it up.
   */
  private volatile TransactionIsolationLevel usual;

  /** Returns access to a replica. Its failures are logged by the caller. */
  public static Database replica(DataSource dataSource) {
    return new Database(
        dataSource, System::nanoTime, DatabaseCircuitBreaker.silent(System::nanoTime));
  }

  /**
   * Jdbi's plugin without large objects, whose functions each new connection would look up first.
   */
  private static final class PostgresWithoutLargeObjects extends PostgresPlugin {
    @Override
    public Handle customizeHandle(Handle handle) {
      return handle;
    }
  }

  public Database(DataSource dataSource) {
    this(dataSource, System::nanoTime);
  }

  /**
   * Creates access to a database without a circuit breaker.
   *
   * @param nanoTime a clock such as {@link System#nanoTime}
   */
  public Database(DataSource dataSource, LongSupplier nanoTime) {
    this(dataSource, nanoTime, DatabaseCircuitBreaker.none(nanoTime));
  }

  /**
   * Creates access to a database.
   *
   * @param nanoTime a clock such as {@link System#nanoTime}
   * @param watch the circuit breaker of the database; while it is open, all work fails at once
   */
  public Database(DataSource dataSource, LongSupplier nanoTime, DatabaseCircuitBreaker watch) {
    this.watch = watch;
    impairment = new Impairment(nanoTime);
    jdbi = Jdbi.create(dataSource).installPlugin(new PostgresWithoutLargeObjects());
    // Messages of failed statements would contain their arguments, which are personal data and must
    // not be logged.
    jdbi.getConfig(StatementExceptions.class)
        .setMessageRendering(StatementExceptions.MessageRendering.NONE);
  }

  /**
   * Runs the work in a transaction at READ COMMITTED. The work may run again after a deadlock, so
   * it must have no effects outside of the database.
   */
  public <T> T inTransaction(RequestContext call, Function<Handle, T> work) {
    return run(
        call,
        handle ->
            handle.inTransaction(
                tx -> {
                  readCommitted(tx);
                  return work.apply(tx);
                }));
  }

  /**
   * Sets the isolation level. This takes a round trip only for the first transaction, or if the
   * database has another default.
   */
  private void readCommitted(Handle tx) {
    if (usual == null) {
      usual = tx.getTransactionIsolationLevel();
    }
    if (usual != TransactionIsolationLevel.READ_COMMITTED) {
      isolate(tx, "read committed");
    }
  }

  /**
   * Sets the level of this transaction in one round trip. Jdbi would query and set the level of the
   * session, and restore it afterwards.
   */
  private static void isolate(Handle tx, String level) {
    tx.execute("set transaction isolation level " + level);
  }

  /** Does the same as {@link #inTransaction} for work without a result. */
  public void useTransaction(RequestContext call, Consumer<Handle> work) {
    inTransaction(
        call,
        tx -> {
          work.accept(tx);
          return null;
        });
  }

  /** Runs one reading statement, without a transaction of its own. */
  public <T> T read(RequestContext call, Function<Handle, T> work) {
    return run(call, work);
  }

  /**
   * Runs one statement that changes something, which is a transaction of its own. The work may run
   * again after a deadlock.
   */
  public <T> T inStatement(RequestContext call, Function<Handle, T> work) {
    return run(call, handle -> inStatement(handle, work));
  }

  /** Runs the statement with auto-commit, which the connections of some pools have turned off. */
  private static <T> T inStatement(Handle handle, Function<Handle, T> work) {
    var connection = handle.getConnection();
    try {
      if (connection.getAutoCommit()) {
        return work.apply(handle);
      }
      connection.setAutoCommit(true);
      try {
        return work.apply(handle);
      } finally {
        connection.setAutoCommit(false);
      }
    } catch (SQLException failed) {
      throw new ConnectionException(failed);
    }
  }

  /** Runs several reading statements that see the same state of the database. */
  public <T> T readSnapshot(RequestContext call, Function<Handle, T> work) {
    return run(
        call,
        handle ->
            handle.inTransaction(
                tx -> {
                  isolate(tx, "repeatable read");
                  return work.apply(tx);
                }));
  }

  private <T> T run(RequestContext call, Function<Handle, T> work) {
    try (var attached = call.log().attach()) {
      return runAgainAfterDeadlocks(call, work);
    }
  }

  private <T> T runAgainAfterDeadlocks(RequestContext call, Function<Handle, T> work) {
    for (int attempt = 1; ; attempt++) {
      call.throwIfCancelled();
      try {
        return attempt(call, work);
      } catch (UserServiceException expected) {
        throw expected;
      } catch (RuntimeException failure) {
        if (!DatabaseFailures.isRetryable(failure) || attempt == MAX_ATTEMPTS) {
          throw translate(call, failure);
        }
      }
    }
  }

  private <T> T attempt(RequestContext call, Function<Handle, T> work) {
    if (watch.isOpen()) {
      watch.noteRefusedCall();
      throw DatabaseFailures.unavailable();
    }
    try (Handle handle = jdbi.open()) {
      if (call.observer() != WorkObserver.NONE) {
        RequestConfig.observe(handle, call.observer());
      }
      var running = new RunningStatements(handle.getConnection());
      try (var registration = call.cancellation().onCancel(running::cancel)) {
        T result = work.apply(handle);
        watch.noteAnswer();
        return result;
      } finally {
        running.end();
      }
    }
  }

  private RuntimeException translate(RequestContext call, RuntimeException failure) {
    if (DatabaseFailures.isCancelledStatement(failure)) {
      var reason = call.cancellation().reason();
      if (reason.isPresent()) {
        return RequestContext.cancelled(reason.get());
      }
    }
    DatabaseFailures.sqlFailure(failure).ifPresent(this::noteIfOutage);
    return DatabaseFailures.translate(failure);
  }

  private void noteIfOutage(SQLException failure) {
    Outage.of(failure)
        .ifPresent(
            outage -> {
              watch.note(outage, failure);
              impairment.note(outage);
            });
  }

  /**
   * Returns whether a failure of this class's methods means that the database is unavailable. Such
   * failures have been logged already.
   */
  public static boolean isOutage(Throwable failure) {
    return failure instanceof UserServiceException known
        && known.reason() == ErrorReason.DATABASE_UNAVAILABLE;
  }

  /**
   * Returns whether the database answered but refused work within the last half minute, for example
   * because its disk is full, it is read-only, or it has no memory or connections left.
   */
  public boolean isImpaired() {
    return impairment.isRecent();
  }
}
