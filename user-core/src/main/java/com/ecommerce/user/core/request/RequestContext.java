package com.ecommerce.user.core.request;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import java.util.Optional;

/**
 * The context of a request: its actor, its client and its cancellation. It is the first argument of
 * every use case.
 *
 * @param actor who is responsible for what the call changes
 * @param clientNetwork the network that the caller comes from, such as {@code 203.0.113.7/32}, or
 *     {@code local}
 * @param cancellation how the call learns that its answer is no longer wanted
 * @param session the session that the call came with, which goes on where others end
 * @param observer hears of the work that the call makes
 * @param log what lines about the call carry
 * @param client more about the calling program
 */
public record RequestContext(
    Actor actor,
    String clientNetwork,
    Cancellation cancellation,
    Optional<SessionId> session,
    WorkObserver observer,
    LogContext log,
    ClientInfo client) {
  public RequestContext {
    requireNonNull(actor, "actor");
    requireNonNull(clientNetwork, "clientNetwork");
    requireNonNull(cancellation, "cancellation");
    requireNonNull(session, "session");
    requireNonNull(observer, "observer");
    requireNonNull(log, "log");
    requireNonNull(client, "client");
  }

  /** A call that came with no session, that nobody observes, and that has no name in the log. */
  public RequestContext(Actor actor, String clientNetwork, Cancellation cancellation) {
    this(actor, clientNetwork, cancellation, Optional.empty(), WorkObserver.NONE, LogContext.NONE);
  }

  /** Creates a call for whose client only the network is known. */
  public RequestContext(
      Actor actor,
      String clientNetwork,
      Cancellation cancellation,
      Optional<SessionId> session,
      WorkObserver observer,
      LogContext log) {
    this(actor, clientNetwork, cancellation, session, observer, log, ClientInfo.UNKNOWN);
  }

  /** A call by the service itself, without a deadline. */
  public static RequestContext system() {
    return by(Actor.SYSTEM);
  }

  /** A call from within this process, without a deadline. */
  public static RequestContext by(Actor actor) {
    return new RequestContext(actor, "local", Cancellation.NEVER);
  }

  /** The same call, once it is known who makes it. */
  public RequestContext as(Actor knownActor, Optional<SessionId> knownSession) {
    return new RequestContext(
        knownActor, clientNetwork, cancellation, knownSession, observer, log, client);
  }

  /** The same call, whose work somebody hears of. */
  public RequestContext observedBy(WorkObserver known) {
    return known == observer
        ? this
        : new RequestContext(actor, clientNetwork, cancellation, session, known, log, client);
  }

  /** The same call, whose lines in the log carry this. */
  public RequestContext logged(LogContext known) {
    return new RequestContext(actor, clientNetwork, cancellation, session, observer, known, client);
  }

  /** Returns the same call with more about its client. */
  public RequestContext from(ClientInfo known) {
    return new RequestContext(actor, clientNetwork, cancellation, session, observer, log, known);
  }

  /** Returns whether the call came with a session of the user. */
  public boolean isOfSession(UserId user) {
    return session.isPresent() && actor.equals(Actor.user(user));
  }

  /** The same call for work that goes on when its caller is gone. */
  public RequestContext detached() {
    return new RequestContext(
        actor, clientNetwork, Cancellation.NEVER, session, observer, log, client);
  }

  /**
   * A read for several calls at once, by the service itself: it goes on while one of them wants it.
   */
  public static RequestContext together(List<RequestContext> calls) {
    var cancellation =
        new SharedCancellation(calls.stream().map(RequestContext::cancellation).toList());
    var observers =
        calls.stream()
            .map(RequestContext::observer)
            .filter(one -> one != WorkObserver.NONE)
            .toList();
    var call = new RequestContext(Actor.SYSTEM, "local", cancellation);
    return observers.isEmpty() ? call : call.observedBy(WorkObserver.NONE.together(observers));
  }

  /**
   * @throws UserServiceException with {@code DEADLINE_EXCEEDED} or {@code CALL_CANCELLED} when
   *     nobody waits any more
   */
  public void throwIfCancelled() {
    cancellation
        .reason()
        .ifPresent(
            reason -> {
              throw cancelled(reason);
            });
  }

  /** The failure of a call that was cancelled for the given reason. */
  public static UserServiceException cancelled(ErrorReason reason) {
    String message =
        reason == ErrorReason.DEADLINE_EXCEEDED
            ? "the deadline passed before the call was done"
            : "the caller cancelled the call";
    return UserServiceException.of(reason, message);
  }
}
