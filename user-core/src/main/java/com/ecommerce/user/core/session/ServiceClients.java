package com.ecommerce.user.core.session;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventLog;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.event.SecurityLog;
import com.ecommerce.user.core.internal.Daos;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.value.Base64Url;
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
   * What operators may know of a client.
   *
   * @param secretChangedAt empty if it has its first secret
   * @param previousSecretUntil until when the secret before is accepted, too; may be past; empty if
   *     there is none
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
   * @param name not empty; appears in the event log as {@code service:} and the name
   * @throws UserServiceException with {@code CLIENT_NAME_TAKEN}
   */
  public Created create(Call call, String name) {
    String secret = newSecret();
    var client = new ServiceClient(ids.next(), name);
    Instant now = clock.instant();
    database.useTransaction(
        call,
        tx -> {
          Daos.on(tx, ServiceClientDao.class).insert(client.id(), name, digest(secret), now);
          note(tx, call, now, EventType.CLIENT_CREATED, client, "was created");
        });
    return new Created(client, secret);
  }

  /**
   * Writes an event, and once it is committed a line, of what happened to a client.
   *
   * @param what such as {@code was created}
   */
  private void note(
      Handle tx, Call call, Instant now, EventType type, ServiceClient client, String what) {
    String name = "service:" + client.name();
    events.append(tx, call, now, type, new UserId(client.id()), name);
    String line = "Service client " + client.id() + " " + what + " (" + name + ")";
    tx.afterCommit(() -> security.privileged(call, type, line));
  }

  private String newSecret() {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return Base64Url.encode(bytes);
  }

  /** All clients, by name. */
  public List<Details> list(Call call) {
    return database.read(call, handle -> Daos.on(handle, ServiceClientDao.class).list());
  }

  /**
   * Gives a client a new secret, so that a secret can be replaced without an interruption: the one
   * before is accepted for a while, and one before that no more. Tokens that were issued stay good.
   *
   * @param overlap how long the secret before is still accepted; zero for one that leaked
   * @throws UserServiceException with {@code CLIENT_NOT_FOUND}
   */
  public Created rotate(Call call, String name, Duration overlap) {
    String secret = newSecret();
    Instant now = clock.instant();
    var client =
        database.inTransaction(
            call,
            tx -> {
              var rotated =
                  Daos.on(tx, ServiceClientDao.class)
                      // No time at all must not depend on how well clocks agree.
                      .rotate(name, digest(secret), now, !overlap.isZero(), now.plus(overlap))
                      .orElseThrow(() -> notFound(name));
              note(tx, call, now, EventType.CLIENT_SECRET_ROTATED, rotated, "got a new secret");
              return rotated;
            });
    return new Created(client, secret);
  }

  /**
   * Deletes a client. Its tokens stop working at once on this instance, and within 3 seconds on all
   * others; it gets no more.
   *
   * @throws UserServiceException with {@code CLIENT_NOT_FOUND}
   */
  public void delete(Call call, String name) {
    database.useTransaction(
        call,
        tx -> {
          var client =
              Daos.on(tx, ServiceClientDao.class).delete(name).orElseThrow(() -> notFound(name));
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
