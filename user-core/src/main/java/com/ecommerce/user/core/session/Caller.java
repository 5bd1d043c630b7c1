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

  /** The session that the caller came with. */
  default Optional<SessionId> ownSession() {
    return Optional.empty();
  }

  /** The call, made by this caller. */
  default RequestContext identify(RequestContext call) {
    return call.as(actor(), ownSession());
  }

  /** Nobody in particular. */
  record Anonymous() implements Caller {
    @Override
    public Actor actor() {
      return Actor.ANONYMOUS;
    }
  }

  /**
   * A user who is logged in.
   *
   * @param roles as of now, not as of the login
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
   * @param name of the service client
   */
  record Service(String name) implements Caller {
    @Override
    public Actor actor() {
      return Actor.service(name);
    }
  }
}
