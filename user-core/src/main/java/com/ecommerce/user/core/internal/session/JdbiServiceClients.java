package com.ecommerce.user.core.internal.session;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.event.JdbiSecurityLog;
import com.ecommerce.user.core.internal.text.Base64Url;
import com.ecommerce.user.core.internal.token.AccessTokens;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.ServiceClient;
import com.ecommerce.user.core.session.ServiceClients;
import com.ecommerce.user.core.session.ServiceToken;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** Implements {@link ServiceClients} with Jdbi. */
public final class JdbiServiceClients implements ServiceClients {
  private static final int SECRET_BYTES = 32;

  private final Database database;
  private final Clock clock;
  private final Uuids ids;
  private final SecureRandom random;
  private final EventLog events;
  private final AccessTokens tokens;
  private final JdbiSecurityLog security;
  private final ClientCache cache;

  public JdbiServiceClients(
      Database database,
      Clock clock,
      Uuids ids,
      SecureRandom random,
      EventLog events,
      JdbiSecurityLog security,
      AccessTokens tokens,
      ClientCache cache) {
    this.database = database;
    this.clock = clock;
    this.ids = ids;
    this.random = random;
    this.events = events;
    this.tokens = tokens;
    this.security = security;
    this.cache = cache;
  }

  @Override
  public Created create(RequestContext call, String name) {
    requireNonNull(call, "call");
    requireNonNull(name, "name");
    String secret = newSecret();
    var client = new ServiceClient(ids.next(), parsedName(name));
    Instant now = clock.instant();
    database.useTransaction(
        call,
        tx -> {
          new ServiceClientDao(tx).insert(client.id(), client.name(), digest(secret), now);
          note(tx, call, now, EventType.CLIENT_CREATED, client, "was created");
        });
    return new Created(client, secret);
  }

  /**
   * Writes an event about a client, and a line in the security log when the transaction commits.
   *
   * @param what the action, such as {@code was created}
   */
  private void note(
      Handle tx,
      RequestContext call,
      Instant now,
      EventType type,
      ServiceClient client,
      String what) {
    String name = "service:" + client.name();
    events.append(tx, EventLog.Entry.of(call, now, type, new UserId(client.id())).because(name));
    String line = "Service client " + client.id() + " " + what + " (" + name + ")";
    tx.afterCommit(() -> security.privileged(call, type, line));
  }

  private static String parsedName(String name) {
    return Violations.parsed("name", name, TextRule.CLIENT_NAME::parseRequired);
  }

  private String newSecret() {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return Base64Url.encode(bytes);
  }

  @Override
  public List<Details> list(RequestContext call) {
    requireNonNull(call, "call");
    return database.read(call, handle -> new ServiceClientDao(handle).list());
  }

  @Override
  public Created rotate(RequestContext call, String name, Duration overlap) {
    return rotated(call, name, overlap, dao -> {});
  }

  @Override
  public Created rotate(
      RequestContext call, String name, Duration overlap, Optional<Instant> secretChangedAt) {
    requireNonNull(secretChangedAt, "secretChangedAt");
    return rotated(call, name, overlap, dao -> requireChangedAt(dao, name, secretChangedAt));
  }

  private static void requireChangedAt(
      ServiceClientDao dao, String name, Optional<Instant> secretChangedAt) {
    var known = dao.lock(parsedName(name)).orElseThrow(() -> notFound(name));
    if (!known.secretChangedAt().equals(secretChangedAt)) {
      throw UserServiceException.of(
          ErrorReason.VERSION_MISMATCH,
          "the client got another secret (expected: the time of the last one)");
    }
  }

  private Created rotated(
      RequestContext call, String name, Duration overlap, Consumer<ServiceClientDao> check) {
    requireNonNull(call, "call");
    requireNonNull(name, "name");
    requireNonNull(overlap, "overlap");
    String known = parsedName(name);
    String secret = newSecret();
    Instant now = clock.instant();
    var client =
        database.inTransaction(
            call,
            tx -> {
              var dao = new ServiceClientDao(tx);
              check.accept(dao);
              var rotated =
                  dao
                      // A zero overlap must not depend on the difference between clocks.
                      .rotate(known, digest(secret), now, !overlap.isZero(), now.plus(overlap))
                      .orElseThrow(() -> notFound(known));
              note(tx, call, now, EventType.CLIENT_SECRET_ROTATED, rotated, "got a new secret");
              return rotated;
            });
    return new Created(client, secret);
  }

  @Override
  public void delete(RequestContext call, String name) {
    requireNonNull(call, "call");
    requireNonNull(name, "name");
    String known = parsedName(name);
    database.useTransaction(
        call,
        tx -> {
          var client = new ServiceClientDao(tx).delete(known).orElseThrow(() -> notFound(known));
          note(tx, call, clock.instant(), EventType.CLIENT_DELETED, client, "was deleted");
          cache.forgetAtEnd(tx, client.id());
        });
  }

  private static UserServiceException notFound(String name) {
    return UserServiceException.notFound(ErrorReason.CLIENT_NOT_FOUND, "service client", name);
  }

  @Override
  public ServiceToken issueToken(RequestContext call, String clientId, String secret) {
    requireNonNull(call, "call");
    requireNonNull(clientId, "clientId");
    requireNonNull(secret, "secret");
    var stored =
        parse(clientId)
            .flatMap(id -> database.read(call, handle -> new ServiceClientDao(handle).find(id)));
    var client =
        stored.filter(known -> accepts(known, digest(secret))).map(ServiceClientDao.Stored::client);
    if (client.isEmpty()) {
      security.failedClientLogin(call, stored.map(known -> known.client().id()));
      throw invalid();
    }
    return new ServiceToken(tokens.make(client.get()), tokens.lifetime());
  }

  private boolean accepts(ServiceClientDao.Stored stored, byte[] digest) {
    boolean isCurrent = MessageDigest.isEqual(stored.secretDigest(), digest);
    return isCurrent
        || (stored.previousUntil() != null
            && clock.instant().isBefore(stored.previousUntil())
            && MessageDigest.isEqual(stored.previousSecret(), digest));
  }

  private static Optional<UUID> parse(String clientId) {
    try {
      return Optional.of(Uuids.parse(clientId));
    } catch (InvalidValueException noSuchClient) {
      return Optional.empty();
    }
  }

  private static byte[] digest(String secret) {
    return Digests.sha256(secret.getBytes(StandardCharsets.UTF_8));
  }

  private static UserServiceException invalid() {
    return UserServiceException.of(
        ErrorReason.CREDENTIALS_INVALID,
        "client or secret wrong (expected: an id and secret of create-client)");
  }
}
