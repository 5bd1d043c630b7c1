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
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
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
  private final AccessTokens tokens;
  private final EventLog events;
  private final SecurityLog security;

  /**
   * A client that was just made. {@link #toString} masks the secret.
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
      AccessTokens tokens,
      EventLog events,
      SecurityLog security) {
    this.database = database;
    this.clock = clock;
    this.ids = ids;
    this.random = random;
    this.tokens = tokens;
    this.events = events;
    this.security = security;
  }

  /**
   * Makes a client with a random secret of 256 bits.
   *
   * @param name not empty; appears in the event log as {@code service:} and the name
   * @throws UserServiceException with {@code CLIENT_NAME_TAKEN}
   */
  public Created create(Call call, String name) {
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    var client = new ServiceClient(ids.next(), name);
    database.useTransaction(call, tx -> insert(tx, call, client, digest(secret)));
    return new Created(client, secret);
  }

  private void insert(Handle tx, Call call, ServiceClient client, byte[] secretDigest) {
    Instant now = clock.instant();
    Daos.on(tx, ServiceClientDao.class).insert(client.id(), client.name(), secretDigest, now);
    var type = EventType.CLIENT_CREATED;
    events.append(tx, call, now, type, new UserId(client.id()), "service:" + client.name());
    String what = "Service client " + client.id() + " was created as service:" + client.name();
    tx.afterCommit(() -> security.privileged(call, type, what));
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
        stored
            .filter(known -> MessageDigest.isEqual(known.secretDigest(), digest(secret)))
            .map(ServiceClientDao.Stored::client);
    if (client.isEmpty()) {
      security.failedClientLogin(call, stored.map(known -> known.client().id()));
      throw invalid();
    }
    return new ServiceToken(tokens.make(client.get()), tokens.lifetime());
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
