package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.credential.SignInListener;
import com.ecommerce.user.core.internal.credential.SignInOrigins;
import com.ecommerce.user.core.internal.session.SessionGrants.Grant;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Signs in authenticated users, in the transactions of {@link Logins}: starts the session and
 * records the network and device. Thread-safe.
 */
public final class SignIns {
  private final Accounts accounts;
  private final SessionGrants grants;
  private final SignInOrigins origins;
  private final List<SignInListener> listeners;

  /** An authenticated user; there is no session if the account is closed. */
  record Entry(User user, Optional<Grant> grant) {}

  public SignIns(
      Accounts accounts,
      SessionGrants grants,
      SignInOrigins origins,
      List<? extends SignInListener> listeners) {
    this.accounts = accounts;
    this.grants = grants;
    this.origins = origins;
    this.listeners = List.copyOf(listeners);
  }

  /** Returns whether the account may log in; hidden accounts may not. Takes no lock. */
  boolean mayLogIn(Handle tx, UserId id) {
    return !accounts.isHidden(tx, id);
  }

  /** Logs in a user who knows the password, unless the account is still hidden. */
  Entry logIn(Handle tx, RequestContext call, UserId id, String deviceName) {
    var user = accounts.lock(tx, id);
    return accounts.isHidden(user)
        ? new Entry(user, Optional.empty())
        : enter(tx, call, user, deviceName);
  }

  Entry enter(Handle tx, RequestContext call, UserId id, String deviceName) {
    return enter(tx, call, accounts.lock(tx, id), deviceName);
  }

  private Entry enter(Handle tx, RequestContext call, User user, String deviceName) {
    if (!user.status().isOpen()) {
      return new Entry(user, Optional.empty());
    }
    var id = grants.nextId();
    var repeated = grants.repeated(tx, call, user, id);
    if (repeated.isPresent()) {
      return new Entry(user, repeated);
    }
    if (origins.note(tx, call, user.id(), deviceName)) {
      listeners.forEach(listener -> listener.onNewOrigin(tx, call, user.id(), deviceName));
    }
    var seen = accounts.recordLogin(tx, user);
    return new Entry(seen, Optional.of(grants.start(tx, call, seen, id, deviceName)));
  }
}
