package com.ecommerce.user.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.DatabaseSettings;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.testing.Interception;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.testing.TestCore;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the limit of sessions for each user, and the cost of ending many. */
@Timeout(120)
class SessionLimitTest extends SessionTesting {
  private LoginResult signIn(User user) {
    return sessions.signIn(CALL, user.id(), "");
  }

  /** Creates sessions like the previous version, which had no limit. */
  private void giveSessions(User user, int count) {
    database.execute(
        """
        insert into sessions (id, user_id, device_name, client_network, created_at, last_used_at, expires_at,
          refresh_digest, generation)
        select gen_random_uuid(), ?, '', 'local', at, at, at + interval '7 days', sha256(n::text::bytea), 0
        from generate_series(1, ?) as n, lateral (select ?::timestamptz - n * interval '1 second') as t (at)
        """,
        user.id().value(),
        count,
        testCore.clock().instant().toString());
  }

  private List<Map<String, Object>> ends(User user) {
    return database.query(
        "select reason, actor from events where user_id = ? and type = 'session.ended' order by id",
        user.id().value());
  }

  @Test
  void login_beyondTheLimit_endsTheSessionUnusedForLongest() {
    var user = aUser();
    var first = signIn(user);
    testCore.clock().advance(Duration.ofSeconds(1));
    var second = signIn(user);
    testCore.clock().advance(Duration.ofSeconds(1));
    for (int i = 2; i < Sessions.MAX_LIVE; i++) {
      signIn(user);
    }
    testCore.clock().advance(Duration.ofSeconds(1));
    var renewed = sessions.refresh(CALL, first.tokens().refreshToken());
    assertLive(second);
    assertEquals(List.of(), ends(user));

    var last = signIn(user);

    assertEnded(second);
    assertLive(renewed);
    assertLive(last);
    assertEquals(Sessions.MAX_LIVE, sessions.list(CALL, user.id()).size());
    assertEquals(
        List.of(
            Map.of(
                "reason",
                "too_many (session " + second.session().id() + ")",
                "actor",
                user.id().toString())),
        ends(user));
    otherInstance.core().catchUp();
    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(
            () -> otherInstance.core().sessions().authenticate(second.tokens().accessToken())));
  }

  @Test
  void logins_atTheSameTime_keepTheLimit() {
    var user = aUser();
    giveSessions(user, Sessions.MAX_LIVE - 5);
    int more = 40;

    var instances = List.of(testCore, otherInstance);
    Races.run(
            IntStream.range(0, more)
                .<Supplier<LoginResult>>mapToObj(
                    i -> () -> instances.get(i % 2).core().sessions().signIn(CALL, user.id(), ""))
                .toList())
        .forEach(CompletableFuture::join);

    assertEquals(Sessions.MAX_LIVE, sessions.list(CALL, user.id()).size());
    assertEquals(more - 5, ends(user).size());
  }

  @Test
  void sessionsOfBefore_areCutDownAtTheNextLogin() {
    var user = aUser();
    giveSessions(user, 300);
    assertEquals(300, sessions.list(CALL, user.id()).size());

    var login = signIn(user);

    assertEquals(Sessions.MAX_LIVE, sessions.list(CALL, user.id()).size());
    assertEquals(login.session(), sessions.list(CALL, user.id()).get(0));
    assertEquals(201, ends(user).size());
  }

  @Test
  void changedPassword_endsThousandsOfSessionsWithAsManyStatementsAsOne() {
    int few = statementsOfAChange(1);
    int many = statementsOfAChange(5_000);

    assertTrue(few > 0);
    assertEquals(few, many);
  }

  private int statementsOfAChange(int sessionCount) {
    var user = aUser();
    giveSessions(user, sessionCount);
    var statements = new AtomicInteger();
    try (HikariDataSource pool = database.pool(4);
        HikariDataSource beside = database.pool(1)) {
      var interception = new Interception(pool);
      try (var counted = counted(interception, beside)) {
        counted.start();
        interception.afterExecute(statements::incrementAndGet);
        counted
            .passwords()
            .change(CALL, user.id(), PASSWORD, Password.parse("another long pass phrase"));
        interception.afterExecute(() -> {});
      }
    }
    assertEquals(List.of(), sessions.list(CALL, user.id()));
    assertEquals(sessionCount, ends(user).size());
    return statements.get();
  }

  private UserCore counted(Interception interception, HikariDataSource beside) {
    return UserCore.builder(interception.dataSource())
        .database(DatabaseSettings.DEFAULT.withFeed(beside))
        .clock(testCore.clock())
        .passwords(TestCore.CHEAP_PASSWORDS)
        .build();
  }

  @Test
  void pages_haveEverySessionOnceAndTheCountOfAll() {
    var user = aUser();
    giveSessions(user, 25);
    // All sessions begin at the same time, so that their ids break the tie.
    IntStream.range(0, 10).forEach(i -> signIn(user));
    var all = sessions.list(CALL, user.id());

    List<Session> walked = new ArrayList<>();
    var token = Optional.of("");
    int pages = 0;
    while (token.isPresent()) {
      Page<Session> page = sessions.list(CALL, user.id(), new PageRequest(10, token.get()));
      assertEquals(35, page.totalCount());
      walked.addAll(page.items());
      token = page.nextToken();
      pages++;
    }

    assertEquals(4, pages);
    assertEquals(35, all.size());
    assertEquals(all, walked);
  }

  @Test
  void pageToken_isGoodForTheSameUserAlone() {
    var user = aUser();
    var other = aUser();
    giveSessions(user, 2);
    giveSessions(other, 2);
    String token = sessions.list(CALL, user.id(), new PageRequest(1, "")).nextToken().orElseThrow();

    assertEquals(
        ErrorReason.INVALID_REQUEST,
        reasonOf(() -> sessions.list(CALL, other.id(), new PageRequest(1, token))));
    assertEquals(1, sessions.list(CALL, user.id(), new PageRequest(1, token)).items().size());
  }
}
