package com.ecommerce.user.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.token.AccessTokens;
import com.ecommerce.user.core.internal.token.SharedSecret;
import com.ecommerce.user.core.internal.token.VerifiedTokens;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.ServiceClient;
import com.ecommerce.user.core.session.ServiceClients;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.Interception;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.value.Uuids;
import com.zaxxer.hikari.HikariDataSource;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests service clients on two instances that share a database and a secret. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class ServiceClientsTest {
  private static final RequestContext CALL = RequestContext.by(Actor.service("operations"));
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final TokenSettings TOKENS =
      new TokenSettings(
          Optional.of(SECRET), Duration.ofMinutes(30), Duration.ofDays(1), "test", "test");

  private final AtomicInteger names = new AtomicInteger();
  private final MutableClock clock = MutableClock.atNoon();
  private final AtomicLong passed = new AtomicLong();
  private TestDatabase database;
  private HikariDataSource pool;
  private Interception interception;
  private UserCore core;
  private UserCore other;

  @BeforeEach
  void open(TestDatabase ownDatabase) {
    database = ownDatabase;
    pool = database.pool(8);
    interception = new Interception(pool);
    core = build();
    other = build();
  }

  private UserCore build() {
    return UserCore.builder(interception.dataSource())
        .clock(clock)
        .tokens(TOKENS)
        .nanoTime(passed::get)
        .build();
  }

  @AfterEach
  void close() {
    core.close();
    other.close();
    pool.close();
    database.execute("delete from service_clients");
  }

  private ServiceClients.Created aClient() {
    return core.serviceClients().create(CALL, "client " + names.incrementAndGet());
  }

  private static String token(UserCore core, ServiceClients.Created client) {
    return token(core, client, client.secret());
  }

  private static String token(UserCore core, ServiceClients.Created client, String secret) {
    return core.serviceClients()
        .issueToken(CALL, client.client().id().toString(), secret)
        .accessToken();
  }

  private static void assertIs(ErrorReason reason, Executable failing) {
    assertEquals(reason, assertThrows(UserServiceException.class, failing).reason());
  }

  private static void assertRefused(UserCore core, String token) {
    assertIs(ErrorReason.CREDENTIALS_INVALID, () -> core.sessions().authenticate(token));
    assertFalse(core.sessions().validate(token).valid());
    assertFalse(core.sessions().validateAsync(CALL, token).toCompletableFuture().join().valid());
  }

  private void waitUntilForgotten() {
    passed.addAndGet(ClientCache.MAX_AGE.toNanos());
  }

  private List<String> events(UUID client) {
    return database
        .query(
            "select type, actor from events where user_id = ? and type <> 'client.login_failed' order by id",
            client)
        .stream()
        .map(row -> row.get("type") + " by " + row.get("actor"))
        .toList();
  }

  @Test
  void tokens_ofADeletedClient_endHereAtOnceAndElsewhereSoon() {
    var client = aClient();
    String token = token(core, client);
    var expected = new Caller.Service(client.client().name());
    assertEquals(expected, core.sessions().authenticate(token));
    assertEquals(expected, other.sessions().authenticate(token));

    core.serviceClients().delete(CALL, client.client().name());

    assertRefused(core, token);
    waitUntilForgotten();
    assertRefused(other, token);
    assertTrue(ClientCache.MAX_AGE.compareTo(Duration.ofSeconds(3)) < 0);
    assertIs(ErrorReason.CREDENTIALS_INVALID, () -> token(core, client));
    assertIs(
        ErrorReason.CLIENT_NOT_FOUND,
        () -> core.serviceClients().delete(CALL, client.client().name()));
    assertEquals(
        List.of("client.created by service:operations", "client.deleted by service:operations"),
        events(client.client().id()));
  }

  @Test
  void tokens_ofAClientOfTheSameNameAgain_areNotThoseOfTheFirst() {
    var first = aClient();
    String token = token(core, first);
    core.serviceClients().delete(CALL, first.client().name());

    var second = core.serviceClients().create(CALL, first.client().name());

    assertNotEquals(first.client().id(), second.client().id());
    assertRefused(core, token);
    assertEquals(
        new Caller.Service(first.client().name()),
        core.sessions().authenticate(token(core, second)));
  }

  @Test
  void tokens_ofAClientThatNeverWas_areRefusedUntilItIs() {
    var keys = new SharedSecret(SECRET);
    var ids = new Uuids(clock, new SecureRandom());
    var forger =
        new AccessTokens(
            TOKENS, clock, ids, keys, new VerifiedTokens(clock, System::nanoTime, 1 << 20));
    var id = ids.next();
    String token = forger.make(new ServiceClient(id, "orders"));
    assertRefused(core, token);

    database.execute(
        "insert into service_clients (id, name, secret_digest, created_at) values (?, 'orders', ?, now())",
        id,
        new byte[32]);

    assertEquals(new Caller.Service("orders"), core.sessions().authenticate(token));
  }

  @Test
  void check_isAnsweredFromMemoryForTwoSeconds() {
    String token = token(core, aClient());
    core.sessions().authenticateAsync(CALL, token).toCompletableFuture().join();

    interception.lose();
    core.sessions().authenticate(token);
    assertTrue(core.sessions().authenticateAsync(CALL, token).toCompletableFuture().isDone());
    waitUntilForgotten();
    assertIs(ErrorReason.DATABASE_UNAVAILABLE, () -> core.sessions().authenticate(token));
    interception.restore();

    core.sessions().authenticate(token);
  }

  @Test
  void rotate_acceptsTwoSecretsForATime() {
    var client = aClient();
    String name = client.client().name();
    String token = token(core, client);

    var rotated = core.serviceClients().rotate(CALL, name, Duration.ofHours(1));

    assertEquals(client.client(), rotated.client());
    assertNotEquals(client.secret(), rotated.secret());
    token(core, client, client.secret());
    token(core, client, rotated.secret());
    core.sessions().authenticate(token);
    clock.advance(Duration.ofHours(1).minusSeconds(1));
    token(core, client, client.secret());
    clock.advance(Duration.ofSeconds(1));
    assertIs(ErrorReason.CREDENTIALS_INVALID, () -> token(core, client, client.secret()));
    token(core, client, rotated.secret());
    assertEquals(
        List.of(
            "client.created by service:operations", "client.secret_rotated by service:operations"),
        events(client.client().id()));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void rotate_voidsTheSecretBeforeTheLast(boolean lastIsKept) {
    var client = aClient();
    String name = client.client().name();
    var second = core.serviceClients().rotate(CALL, name, Duration.ofHours(1));

    var overlap = lastIsKept ? Duration.ofHours(1) : Duration.ZERO;
    var third = core.serviceClients().rotate(CALL, name, overlap);

    assertIs(ErrorReason.CREDENTIALS_INVALID, () -> token(core, client, client.secret()));
    if (lastIsKept) {
      token(core, client, second.secret());
    } else {
      assertIs(ErrorReason.CREDENTIALS_INVALID, () -> token(core, client, second.secret()));
    }
    token(core, client, third.secret());
  }

  @Test
  void rotate_refusesANameThatNoClientHas() {
    assertIs(
        ErrorReason.CLIENT_NOT_FOUND,
        () -> core.serviceClients().rotate(CALL, "nobody", Duration.ZERO));
  }

  @Test
  void list_hasAllByNameAndNoSecret() {
    var b = core.serviceClients().create(CALL, "b");
    var a = core.serviceClients().create(CALL, "a");
    clock.advance(Duration.ofMinutes(1));
    core.serviceClients().rotate(CALL, "b", Duration.ofHours(2));

    var now = clock.instant();
    assertEquals(
        List.of(
            new ServiceClients.Details(
                a.client(), now.minusSeconds(60), Optional.empty(), Optional.empty()),
            new ServiceClients.Details(
                b.client(),
                now.minusSeconds(60),
                Optional.of(now),
                Optional.of(now.plusSeconds(7_200)))),
        core.serviceClients().list(CALL));
    assertTrue(
        Arrays.stream(ServiceClients.Details.class.getRecordComponents())
            .noneMatch(component -> component.getType().isArray()));
  }
}
