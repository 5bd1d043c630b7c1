package com.ecommerce.user.server.database.eventloop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.eventloop.Columns;
import com.ecommerce.user.core.eventloop.EventLoopConnection;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.request.WorkObserver;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.server.testing.CapturedLog;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests reads of users on an event loop, over its own connection to a real database. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class EventLoopDatabaseTest {
  private static final RequestContext CALL = RequestContext.system();

  /**
   * The number of executions after which there is a generic plan: five without a prepared
   * statement, five with a plan for each execution.
   */
  private static final int ENOUGH_FOR_ONE_PLAN = 12;

  private static final String OTHERS = " datname = current_database() and pid <> pg_backend_pid()";
  private static final String OF_LOOPS = " application_name = 'loops' and" + OTHERS;

  private static final String SESSION = "select set_config('lock_timeout', '12s', false)";

  private EventLoopGroup loops;
  private TestDatabase database;
  private TestCore core;
  private EventLoopDatabase loopDatabase;
  private EventLoopConnection connection;

  /** The result of a read, and the thread that completed it. */
  private record Answer(User user, Thread thread) {}

  @BeforeEach
  void open(TestDatabase ofThisClass) throws Exception {
    database = ofThisClass;
    core = TestCore.on(database, builder -> builder.cacheBytes(0));
    connect(Duration.ofSeconds(50));
  }

  private void connect(Duration replyTimeout) throws Exception {
    String url = database.jdbcUrl().replaceFirst("\\?.*", "?ApplicationName=loops");
    var choices = JdbcUrl.options(url, Optional.of("postgres"), Optional.empty());
    loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    loopDatabase =
        new EventLoopDatabase(choices, SESSION, loops, ForkJoinPool.commonPool(), replyTimeout);
    var given = new CompletableFuture<EventLoopConnection>();
    loopDatabase.connect(
        1,
        ofLoop -> {
          core.core().useOnThisThread(ofLoop);
          given.complete(ofLoop);
        });
    connection = given.join();
    loopDatabase.openNow();
    assertTrue(isReady());
  }

  @AfterEach
  void close() throws Exception {
    loopDatabase.close();
    core.close();
  }

  private boolean isReady() {
    return onLoop(() -> CompletableFuture.completedStage(connection.isReady())).join();
  }

  private <T> CompletableFuture<T> onLoop(Supplier<CompletionStage<T>> work) {
    return CompletableFuture.supplyAsync(work, loops.next()).thenCompose(stage -> stage);
  }

  private CompletableFuture<Answer> read(RequestContext call, UserId id) {
    return onLoop(
        () ->
            core.core()
                .users()
                .getAsync(call, id)
                .thenApply(user -> new Answer(user, Thread.currentThread())));
  }

  private CompletableFuture<Answer> read(Email email) {
    return onLoop(
        () ->
            core.core()
                .users()
                .getByEmailAsync(CALL, email)
                .thenApply(user -> new Answer(user, Thread.currentThread())));
  }

  private User create(String email) {
    return core.core().users().create(CALL, TestUsers.aUser(email));
  }

  private Thread loopThread() {
    return onLoop(() -> CompletableFuture.completedStage(Thread.currentThread())).join();
  }

  @Test
  void users_areTheSameAsOverThePool() {
    var plain = create("plain@example.com");
    var full = full(create("full@example.com"));
    var loopThread = loopThread();

    for (var user : List.of(plain, full)) {
      var expected = core.core().users().get(CALL, user.id());
      assertEquals(new Answer(expected, loopThread), read(CALL, user.id()).join());
      assertEquals(new Answer(expected, loopThread), read(user.email()).join());
    }
  }

  private User full(User user) {
    var patch =
        UserPatch.builder()
            .phone(Optional.of(PhoneNumber.parse("+442079460958")))
            .avatarUrl("https://example.com/ada.png");
    patch
        .profile()
        .bio("První programátorka 数")
        .dateOfBirth(Optional.of(LocalDate.of(1915, 12, 10)))
        .gender("female")
        .language("en")
        .currency("GBP")
        .timezone("Europe/London")
        .company("Analytical Engines")
        .website("https://example.com")
        .socialLinks(Map.of("a", "https://a.example.com", "b", "https://b.example.com"));
    core.core().users().update(CALL, user.id(), patch.build());
    database.execute(
        "update users set pending_email = 'new@example.com', email_verified = true, phone_verified = true, external_id = 'crm-1',"
            + " last_login_at = '2026-01-02 03:04:05.678901+00' where id = ?",
        user.id().value());
    return user;
  }

  @Test
  void connection_setsUpItsSessionFirst() {
    var setting =
        onLoop(
            () ->
                connection.query(
                    "select current_setting(name) from unnest($1::text[]) as asked (name)",
                    new String[] {"lock_timeout"},
                    Columns::text));

    assertEquals(List.of("12s"), setting.join());
  }

  @Test
  void unknownUsers_areNotFound() {
    var unknown = read(CALL, new UserId(UUID.randomUUID()));

    var failure = assertThrows(CompletionException.class, unknown::join).getCause();
    assertEquals(ErrorReason.USER_NOT_FOUND, ((UserServiceException) failure).reason());
  }

  @Test
  void whatWasCommittedBefore_isSeen() {
    var ada = create("seen@example.com");
    for (int i = 0; i < 20; i++) {
      var url = "https://example.com/" + i;
      core.core().users().update(CALL, ada.id(), UserPatch.builder().avatarUrl(url).build());
      assertEquals(url, read(CALL, ada.id()).join().user().avatarUrl());
    }
  }

  @Test
  void observedCalls_goOverThePool_whichTellsOfItsStatements() {
    var ada = create("observed@example.com");
    var observer = new StatementSources();

    var answer = read(CALL.observedBy(observer), ada.id()).join();

    assertEquals(List.of("UserDao.findAll"), observer.sources);
    assertNotEquals(loopThread(), answer.thread());
  }

  /** Records the statements that were executed. */
  private static final class StatementSources implements WorkObserver {
    final List<String> sources = new CopyOnWriteArrayList<>();

    @Override
    public void onStatement(Statement statement) {
      sources.add(statement.source().orElseThrow());
    }

    @Override
    public Work begin(String name) {
      return () -> {};
    }

    @Override
    public Optional<TraceParent> traceParent() {
      return Optional.empty();
    }

    @Override
    public WorkObserver together(List<WorkObserver> others) {
      return this;
    }
  }

  @Test
  void lostConnection_costsNoAnswer_andIsMadeAnew() throws Exception {
    var ada = create("lost@example.com");
    try (var other = database.dataSource().getConnection();
        var lock = other.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("lock table users in access exclusive mode");
      var read = read(CALL, ada.id());
      Await.until(() -> count(OF_LOOPS + " and wait_event_type = 'Lock'") == 1);

      database.query("select pg_terminate_backend(pid) from pg_stat_activity where" + OF_LOOPS);
      Await.until(() -> count(OTHERS + " and wait_event_type = 'Lock'") == 1);
      other.commit();

      assertEquals(ada.id(), read.join().user().id());
    }
    Await.until(this::isReady);
    assertEquals(loopThread(), read(CALL, ada.id()).join().thread());
  }

  /** Without an exception handler, the driver prints failures to standard error. */
  @Test
  void connectionThatIsLost_isOnlyLogged() throws Exception {
    try (var log = new CapturedLog()) {
      database.query("select pg_terminate_backend(pid) from pg_stat_activity where" + OF_LOOPS);

      Await.until(() -> log.text().contains("A connection of an event loop failed"));
      Await.until(() -> !isReady());
    }
  }

  @Test
  void readThatTakesLong_isCancelled_andGoesOverThePool() throws Exception {
    var ada = create("long@example.com");
    loopDatabase.close();
    connect(Duration.ofSeconds(2));
    try (var other = database.dataSource().getConnection();
        var lock = other.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("lock table users in access exclusive mode");
      var read = read(CALL, ada.id());

      Await.until(() -> count(OF_LOOPS) == 0);
      Await.until(() -> count(OTHERS + " and wait_event_type = 'Lock'") == 1);
      assertFalse(read.isDone());
      other.commit();

      assertEquals(ada.id(), read.join().user().id());
    }
  }

  @Test
  void statements_ofFewKeys_arePlannedOnce() {
    var ada = create("planned@example.com");
    for (int i = 0; i < ENOUGH_FOR_ONE_PLAN; i++) {
      read(CALL, ada.id()).join();
      read(ada.email()).join();
    }

    var plans =
        onLoop(
                () ->
                    connection.query(
                        "select generic_plans from pg_prepared_statements"
                            + " where statement like any ($1::text[]) order by 1",
                        new String[] {"select%where id = any%", "select%where email = any%"},
                        row -> row.number() > 0))
            .join();

    assertEquals(List.of(true, true), plans);
  }

  @Test
  void rowsThatCannotBeRead_failTheQuery_andNotTheConnection() {
    var failing =
        onLoop(
            () ->
                connection.query(
                    "select unnest($1::text[])",
                    new String[] {"a"},
                    row -> {
                      throw new IllegalArgumentException(row.text());
                    }));

    var failure = assertThrows(CompletionException.class, failing::join).getCause();
    assertInstanceOf(IllegalArgumentException.class, failure);
    assertTrue(isReady());
  }

  @Test
  void close_closesTheConnection() throws Exception {
    assertEquals(1, count(OF_LOOPS));

    loopDatabase.close();

    Await.until(() -> count(OF_LOOPS) == 0);
  }

  private long count(String condition) {
    var rows = database.query("select count(*) as number from pg_stat_activity where" + condition);
    return (Long) rows.get(0).get("number");
  }
}
