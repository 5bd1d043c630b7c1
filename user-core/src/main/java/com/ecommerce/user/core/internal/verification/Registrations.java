package com.ecommerce.user.core.internal.verification;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.internal.db.MultiTableStatement;
import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.request.ClientNetwork;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.verification.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Stores the origins of accounts until their email is proven, for at most 30 days. Somebody who
 * registers with another person's address must not keep access to the account that this person then
 * confirms (account pre-hijacking; Sudhodanan and Paverd, USENIX Security 2022). Thread-safe.
 */
public final class Registrations implements Purge {
  private static final Duration KEPT = Duration.ofDays(30);

  /** Adds the caller's network and device to the statement that creates the user. */
  void add(MultiTableStatement creation, RequestContext call, User user) {
    var registration =
        new RegistrationDao.NewRegistration(
            user.id().value(), network(call), call.client().device(), user.audit().createdAt());
    creation.add(
        RegistrationDao.INSERT, insert -> insert.bindMethods("registration", registration));
  }

  Optional<Registration> find(Handle handle, UserId user) {
    return new RegistrationDao(handle).find(user.value());
  }

  /**
   * Returns whether the call comes from the origin of the account: with a session of the user, or
   * from the network that registered. Accounts that this process created itself always count as
   * familiar.
   */
  boolean isFamiliar(Handle tx, RequestContext call, UserId user) {
    return call.isOfSession(user)
        || find(tx, user)
            .map(Registration::network)
            .filter(
                network ->
                    network.equals(ClientNetwork.LOCAL)
                        || (!network.isEmpty() && network.equals(network(call))))
            .isPresent();
  }

  /** Deletes the origin when the email is proven. */
  void forget(Handle tx, UserId user) {
    new RegistrationDao(tx).delete(user.value());
  }

  /**
   * Returns an empty network for a service that does not forward the client's address, since its
   * own network would be the same for all users.
   */
  private static String network(RequestContext call) {
    return call.actor().isService() && !call.client().isForwarded() ? "" : call.clientNetwork();
  }

  @Override
  public int purge(Handle tx, Instant now, int limit) {
    return new RegistrationDao(tx).deleteOld(now.minus(KEPT), limit);
  }
}
