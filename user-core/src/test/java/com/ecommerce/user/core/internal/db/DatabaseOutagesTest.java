package com.ecommerce.user.core.internal.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests a database that answers, but refuses work. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class DatabaseOutagesTest {
  private final AtomicLong nanoTime = new AtomicLong();
  private Database database;

  @BeforeEach
  void open(TestDatabase ownDatabase) {
    database = new Database(ownDatabase.dataSource(), nanoTime::get);
  }

  private static void raise(Handle tx, String state) {
    tx.execute("do $$ begin raise exception using errcode = '" + state + "'; end $$");
  }

  private void assertUnavailable(Consumer<Handle> work) {
    var failure =
        assertThrows(
            UserServiceException.class,
            () -> database.useTransaction(RequestContext.system(), work));
    assertEquals(ErrorReason.DATABASE_UNAVAILABLE, failure.reason());
    assertTrue(failure.retryAfter().isPresent());
    assertTrue(Database.isOutage(failure));
  }

  @ParameterizedTest
  @CsvSource({
    "53000, true",
    "53100, true",
    "53200, true",
    "53300, true",
    "53400, true",
    "58030, true",
    "25006, true",
    "55P03, false",
    "57014, false",
    "25P03, false",
    "25P04, false",
    "57P01, false",
    "57P02, false",
    "57P03, false",
    "57P04, false",
    "57P05, false",
    "40001, false",
    "40P01, false",
    "08006, false",
  })
  void outage_isUnavailable_andImpairsTheDatabaseIfItLasts(String state, boolean lasts) {
    assertUnavailable(tx -> raise(tx, state));

    assertEquals(lasts, database.isImpaired());
  }

  @ParameterizedTest
  @ValueSource(strings = {"42P01", "42501", "22P02", "23502", "XX000", "25001", "55000"})
  void defect_staysADefect(String state) {
    assertThrows(
        UnableToExecuteStatementException.class,
        () -> database.useTransaction(RequestContext.system(), tx -> raise(tx, state)));

    assertFalse(database.isImpaired());
  }

  @Test
  void impairment_isForgottenAfterHalfAMinute() {
    assertUnavailable(tx -> raise(tx, "53100"));

    nanoTime.addAndGet(Duration.ofSeconds(30).toNanos());
    assertTrue(database.isImpaired());
    nanoTime.addAndGet(1);
    assertFalse(database.isImpaired());
  }

  @Test
  void writeToAReadOnlyDatabase_isUnavailable() {
    assertUnavailable(
        tx -> {
          tx.execute("set transaction read only");
          tx.execute("delete from users");
        });

    assertTrue(database.isImpaired());
  }

  @Test
  void statementThatTheServerEnds_isNotADeadlineOfTheCaller() {
    assertUnavailable(
        tx -> {
          tx.execute("set local statement_timeout = '20ms'");
          tx.execute("select pg_sleep(3600)");
        });
  }

  @Test
  void lockThatIsNotAcquiredInTime_isUnavailable(TestDatabase ownDatabase) {
    Jdbi.create(ownDatabase.dataSource())
        .useTransaction(
            holder -> {
              holder.execute("lock table users in access exclusive mode");
              assertUnavailable(
                  tx -> {
                    tx.execute("set local lock_timeout = '20ms'");
                    tx.execute("select count(*) from users");
                  });
            });
  }

  @Test
  void connectionThatAnOperatorEnds_isUnavailable() {
    assertUnavailable(tx -> tx.execute("select pg_terminate_backend(pg_backend_pid())"));
  }

  @Test
  void roleWithoutAFreeConnection_impairsTheDatabase(TestDatabase ownDatabase) throws SQLException {
    ownDatabase.execute("create role crowded_pool login connection limit 0");
    try (var pool = ownDatabase.pool(1, "crowded_pool")) {
      pool.setConnectionTimeout(3_000);
      var crowded = new Database(pool, nanoTime::get);

      var failure =
          assertThrows(
              UserServiceException.class,
              () -> crowded.useTransaction(RequestContext.system(), tx -> tx.execute("select 1")));

      assertEquals(ErrorReason.DATABASE_UNAVAILABLE, failure.reason());
      assertTrue(crowded.isImpaired());
    } finally {
      ownDatabase.execute("drop role crowded_pool");
    }
  }
}
