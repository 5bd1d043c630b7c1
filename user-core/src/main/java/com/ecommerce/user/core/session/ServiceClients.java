package com.ecommerce.user.core.session;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.EventLog;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.event.SecurityLog;
import com.ecommerce.user.core.internal.Daos;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.value.Base64Url;
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
import org.jdbi.v3.core.Handle;

/** Other services of the platform, which call with tokens of their own. Thread-safe. */
public final class ServiceClients {
  private static final int SECRET_BYTES = 32;

  private final Database database;
  private final Clock clock;
  private final Uuids ids;
  private final SecureRandom random;
  private final EventLog events;
  private final AccessTokens tokens;
  private final SecurityLog security;
  private final ClientChecks checks;

  /**
   * The details of a client, without its secret.
   *
   * @param secretChangedAt empty if the client still has its first secret
   * @param previousSecretUntil the time until which the previous secret is accepted, which may be
   *     past; empty if there is none
   */
  public record Details(
      ServiceClient client,
      Instant createdAt,
      Optional<Instant> secretChangedAt,
      Optional<Instant> previousSecretUntil) {}

  /**
   * A client with a new secret. {@link #toString} masks the secret.
   *
   * @param secret is kept nowhere: this is the one time that it can be read
   */
  public record Created(ServiceClient client, String secret) {
    @Override
    public String toString() {
      return "Created[" + client + ", masked]";
    }
  }

  ServiceClients(
      Database database,
      Clock clock,
      Uuids ids,
      SecureRandom random,
      EventLog events,
      SecurityLog security,
      AccessTokens tokens,
      ClientChecks checks) {
    this.database = database;
    this.clock = clock;
    this.ids = ids;
    this.random = random;
    this.events = events;
    this.tokens = tokens;
    this.security = security;
    this.checks = checks;
  }

  /**
   * Makes a client with a random secret of 256 bits.
   *
   * @param name a {@link TextRule#CLIENT_NAME}, not empty; appears in the event log as {@code
   *     service:} and the name
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code name}; with {@code
   *     CLIENT_NAME_TAKEN}
   */
  public Created create(Call call, String name) {
    requireNonNull(call, "call");
    requireNonNull(name, "name");
    String secret = newSecret();
    var client = new ServiceClient(ids.next(), parsedName(name));
    Instant now = clock.instant();
    database.useTransaction(
        call,
        tx -> {
          Daos.on(tx, ServiceClientDao.class)
              .insert(client.id(), client.name(), digest(secret), now);
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
      Handle tx, Call call, Instant now, EventType type, ServiceClient client, String what) {
    String name = "service:" + client.name();
    events.append(tx, call, now, type, new UserId(client.id()), name);
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

  /** Returns all clients, ordered by name. */
  public List<Details> list(Call call) {
    requireNonNull(call, "call");
    return database.read(call, handle -> Daos.on(handle, ServiceClientDao.class).list());
  }

  /**
   * Gives a client a new secret. The previous secret is still accepted for a while, so that it can
   * be replaced without an interruption; older ones are not. Issued tokens stay valid.
   *
   * @param overlap how long the previous secret is still accepted; zero for a leaked secret
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code name}; with {@code
   *     CLIENT_NOT_FOUND}
   */
  public Created rotate(Call call, String name, Duration overlap) {
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
              var rotated =
                  Daos.on(tx, ServiceClientDao.class)
                      // A zero overlap must not depend on the difference between clocks.
                      .rotate(known, digest(secret), now, !overlap.isZero(), now.plus(overlap))
                      .orElseThrow(() -> notFound(known));
              note(tx, call, now, EventType.CLIENT_SECRET_ROTATED, rotated, "got a new secret");
              return rotated;
            });
    return new Created(client, secret);
  }

  /**
   * Deletes a client. Its tokens stop working immediately on this instance, and within 3 seconds on
   * all others. It can get no more tokens.
   *
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code name}; with {@code
   *     CLIENT_NOT_FOUND}
   */
  public void delete(Call call, String name) {
    requireNonNull(call, "call");
    requireNonNull(name, "name");
    String known = parsedName(name);
    database.useTransaction(
        call,
        tx -> {
          var client =
              Daos.on(tx, ServiceClientDao.class).delete(known).orElseThrow(() -> notFound(known));
          note(tx, call, clock.instant(), EventType.CLIENT_DELETED, client, "was deleted");
          checks.forgetAtEnd(tx, client.id());
        });
  }

  private static UserServiceException notFound(String name) {
    return UserServiceException.notFound(ErrorReason.CLIENT_NOT_FOUND, "service client", name);
  }

  /**
   * A token for a client, which may call with it until its lifetime is over. There is no refresh
   * token: a client asks again.
   *
   * @throws UserServiceException with {@code CREDENTIALS_INVALID}, the same for an unknown client
   *     and a wrong secret
   */
  public ServiceToken issueToken(Call call, String clientId, String secret) {
    requireNonNull(call, "call");
    requireNonNull(clientId, "clientId");
    requireNonNull(secret, "secret");
    var stored =
        parse(clientId)
            .flatMap(
                id ->
                    database.read(
                        call, handle -> Daos.on(handle, ServiceClientDao.class).find(id)));
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
