package com.ecommerce.user.core.session;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.credential.SignInObserver;
import com.ecommerce.user.core.credential.SignInOrigins;
import com.ecommerce.user.core.session.SessionGrants.Grant;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Signs users in who have proven who they are, inside the transactions of {@link Sessions}: starts
 * the session, and remembers from where. Thread-safe.
 */
final class SignIns {
  private final Users users;
  private final SessionGrants grants;
  private final SignInOrigins origins;
  private final List<SignInObserver> observers;

  /** A user who is who they say; there is no session where the account is closed. */
  record Entry(User user, Optional<Grant> grant) {}

  SignIns(
      Users users,
      SessionGrants grants,
      SignInOrigins origins,
      List<? extends SignInObserver> observers) {
    this.users = users;
    this.grants = grants;
    this.origins = origins;
    this.observers = List.copyOf(observers);
  }

  Entry enter(Handle tx, Call call, UserId id, String deviceName) {
    var user = users.lock(tx, id);
    if (!user.status().isOpen()) {
      return new Entry(user, Optional.empty());
    }
    if (origins.note(tx, call, id, deviceName)) {
      observers.forEach(observer -> observer.onNewOrigin(tx, call, id, deviceName));
    }
    var seen = users.recordLogin(tx, user);
    return new Entry(seen, Optional.of(grants.start(tx, call, seen, deviceName)));
  }
}
