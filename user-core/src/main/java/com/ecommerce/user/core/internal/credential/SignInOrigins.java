package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The networks and devices that users signed in from, stored as keyed digests. A network or device
 * is written at most once a day. Entries are kept for a year after the latest sign-in, at most 100
 * networks and 100 devices for each user, and are deleted with the user. Thread-safe.
 */
public final class SignInOrigins implements Purge {
  static final Duration KEPT = Duration.ofDays(365);
  static final int MAX_PER_USER = 100;
  private static final Duration WRITE_INTERVAL = Duration.ofDays(1);
  private static final String KEY_NAME = "sign-in-origins";

  /** The id of a user who does not exist, and so has no sign-ins. */
  private static final UserId NOBODY = new UserId(new UUID(0, 0));

  private final Clock clock;
  private final ServiceKeys keys;

  /** The kinds of origins. The names are stored. */
  enum Kind {
    NETWORK,
    DEVICE
  }

  public SignInOrigins(Clock clock, ServiceKeys keys) {
    this.clock = clock;
    this.keys = keys;
  }

  /**
   * Records a sign-in, in the transaction that starts the session and has locked the user.
   *
   * @param deviceName the name that the client sent; an empty one never counts as known
   * @return whether the user has signed in before, but never from this network or with this device
   */
  public boolean note(Handle tx, RequestContext call, UserId user, String deviceName) {
    var dao = new SignInOriginDao(tx);
    byte[] network = digest(tx, Kind.NETWORK, user, call.clientNetwork());
    byte[] device = digest(tx, Kind.DEVICE, user, deviceName);
    var known = dao.find(user.value(), network, device);
    boolean isNew = known.isEmpty() && dao.hasAny(user.value());
    write(tx, user, Kind.NETWORK, network, seen(known, Kind.NETWORK));
    if (!deviceName.isEmpty()) {
      write(tx, user, Kind.DEVICE, device, seen(known, Kind.DEVICE));
    }
    return isNew;
  }

  private static Optional<Instant> seen(Iterable<SignInOriginDao.Seen> known, Kind kind) {
    for (var seen : known) {
      if (seen.kind() == kind) {
        return Optional.of(seen.at());
      }
    }
    return Optional.empty();
  }

  private void write(Handle tx, UserId user, Kind kind, byte[] digest, Optional<Instant> seen) {
    Instant now = clock.instant();
    if (seen.isPresent() && seen.get().plus(WRITE_INTERVAL).isAfter(now)) {
      return;
    }
    var dao = new SignInOriginDao(tx);
    dao.upsert(user.value(), kind, digest, now);
    if (seen.isEmpty()) {
      dao.deleteOldest(user.value(), kind, MAX_PER_USER);
    }
  }

  /**
   * Records the call's network as known. For users who proved their identity in another way, such
   * as with a mailed link.
   */
  void trustNetwork(Handle tx, RequestContext call, UserId user) {
    byte[] network = digest(tx, Kind.NETWORK, user, call.clientNetwork());
    var seen = new SignInOriginDao(tx).findNetwork(user.value(), network);
    write(tx, user, Kind.NETWORK, network, seen);
  }

  /**
   * Returns the time of the user's latest sign-in from the network, accurate to a day.
   *
   * @param user empty for an account that does not exist; the lookup takes the same time
   */
  Optional<Instant> latestSignIn(Handle handle, Optional<UserId> user, String network) {
    byte[] digest = digest(handle, Kind.NETWORK, user.orElse(NOBODY), network);
    return new SignInOriginDao(handle).findNetwork(user.orElse(NOBODY).value(), digest);
  }

  private byte[] digest(Handle handle, Kind kind, UserId user, String origin) {
    return keys.digest(handle, KEY_NAME, kind + " " + user + " " + origin);
  }

  @Override
  public int purge(Handle tx, Instant now, int limit) {
    return new SignInOriginDao(tx).deleteUnseen(now.minus(KEPT), limit);
  }
}
