package com.ecommerce.user.core.session;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;
import java.util.Set;

/** The caller of an operation, as identified by the call's credentials. Immutable. */
// Only this interface creates the anonymous caller.
@SuppressWarnings("ClassInitializationDeadlock")
public sealed interface Caller {
  /** A caller that sent no credentials. */
  Caller ANONYMOUS = new Anonymous();

  /** Returns the actor that is responsible for what the caller changes. */
  Actor actor();

  /** Returns the session of the access token, if the caller is a user. */
  default Optional<SessionId> ownSession() {
    return Optional.empty();
  }

  /** Returns the call with this caller as its actor. */
  default RequestContext identify(RequestContext call) {
    return call.as(actor(), ownSession());
  }

  /** A caller without credentials. */
  record Anonymous() implements Caller {
    @Override
    public Actor actor() {
      return Actor.ANONYMOUS;
    }
  }

  /**
   * A user who is logged in.
   *
   * @param roles the current roles, not those at the login
   */
  record User(UserId id, Set<Role> roles, SessionId session) implements Caller {
    public User {
      roles = Set.copyOf(roles);
    }

    @Override
    public Actor actor() {
      return Actor.user(id);
    }

    @Override
    public Optional<SessionId> ownSession() {
      return Optional.of(session);
    }
  }

  /**
   * Another service of the platform.
   *
   * @param name the name of the service client
   */
  record Service(String name) implements Caller {
    @Override
    public Actor actor() {
      return Actor.service(name);
    }
  }
}
