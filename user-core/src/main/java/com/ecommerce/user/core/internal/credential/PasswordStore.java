package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Replaces and removes stored passwords, records events, and notifies the listeners. Thread-safe.
 */
public final class PasswordStore {
  private final Clock clock;
  private final EventLog events;
  private final LoginThrottle throttle;
  private final SignInOrigins origins;
  private final List<PasswordListener> listeners;

  public PasswordStore(
      Clock clock,
      EventLog events,
      LoginThrottle throttle,
      SignInOrigins origins,
      List<PasswordListener> listeners) {
    this.clock = clock;
    this.events = events;
    this.throttle = throttle;
    this.origins = origins;
    this.listeners = List.copyOf(listeners);
  }

  void change(Handle tx, RequestContext call, UserId user, PasswordHash hash) {
    replace(tx, call, user, hash, EventType.PASSWORD_CHANGED);
  }

  void reset(Handle tx, RequestContext call, UserId user, PasswordHash hash) {
    // Counts of guesses are locked before the password, in the same order as by a check.
    throttle.forget(tx, user);
    // The owner of the mailbox can sign in from this network even while others guess.
    origins.trustNetwork(tx, call, user);
    replace(tx, call, user, hash, EventType.PASSWORD_RESET);
  }

  void remove(Handle tx, RequestContext call, UserId user) {
    new CredentialDao(tx).delete(user.value());
    append(tx, call, clock.instant(), EventType.PASSWORD_REMOVED, user);
    listeners.forEach(listener -> listener.onPasswordRemoved(tx, call, user));
  }

  /** Adds the passwords of new users. The caller writes their events. */
  void insertImported(Handle tx, Map<UserId, PasswordHash> hashes) {
    new CredentialDao(tx).insertAll(hashes, clock.instant());
  }

  /** Replaces the password with that of another system. The caller writes the event. */
  void replaceImported(
      Handle tx, RequestContext call, UserId user, PasswordHash hash, boolean sendsMails) {
    throttle.forget(tx, user);
    new CredentialDao(tx)
        .upsert(new CredentialDao.Credential(user.value(), hash.encoded(), clock.instant()));
    listeners.forEach(listener -> listener.onPasswordImported(tx, call, user, sendsMails));
  }

  private void replace(
      Handle tx, RequestContext call, UserId user, PasswordHash hash, EventType type) {
    Instant now = clock.instant();
    new CredentialDao(tx).upsert(new CredentialDao.Credential(user.value(), hash.encoded(), now));
    append(tx, call, now, type, user);
    boolean byReset = type == EventType.PASSWORD_RESET;
    listeners.forEach(listener -> listener.onPasswordChanged(tx, call, user, byReset));
  }

  private void append(Handle tx, RequestContext call, Instant now, EventType type, UserId user) {
    events.append(tx, EventLog.Entry.of(call, now, type, user).changing(List.of("password")));
  }
}
