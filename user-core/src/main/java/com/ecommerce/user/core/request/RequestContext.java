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
 * @param actor the party responsible for what the call changes
 * @param clientNetwork the network that the caller comes from, such as {@code 203.0.113.7/32}, or
 *     {@code local}
 * @param cancellation notifies the call that its answer is no longer needed
 * @param session the session of the call's token; it is kept when other sessions end
 * @param observer is notified of the work that is done for the call
 * @param log the fields of the call's log lines
 * @param client further information about the client
 * @param idempotencyKey the key that allows the caller to repeat the call
 */
public record RequestContext(
    Actor actor,
    String clientNetwork,
    Cancellation cancellation,
    Optional<SessionId> session,
    WorkObserver observer,
    LogContext log,
    ClientInfo client,
    Optional<IdempotencyKey> idempotencyKey) {
  public RequestContext {
    requireNonNull(actor, "actor");
    requireNonNull(clientNetwork, "clientNetwork");
    requireNonNull(cancellation, "cancellation");
    requireNonNull(session, "session");
    requireNonNull(observer, "observer");
    requireNonNull(log, "log");
    requireNonNull(client, "client");
    requireNonNull(idempotencyKey, "idempotencyKey");
  }

  /** Creates a context without a session, an observer or log fields. */
  public RequestContext(Actor actor, String clientNetwork, Cancellation cancellation) {
    this(actor, clientNetwork, cancellation, Optional.empty(), WorkObserver.NONE, LogContext.NONE);
  }

  /** Creates a context for whose client only the network is known. */
  public RequestContext(
      Actor actor,
      String clientNetwork,
      Cancellation cancellation,
      Optional<SessionId> session,
      WorkObserver observer,
      LogContext log) {
    this(actor, clientNetwork, cancellation, session, observer, log, ClientInfo.UNKNOWN);
  }

  /** Creates a context without an idempotency key. */
  public RequestContext(
      Actor actor,
      String clientNetwork,
      Cancellation cancellation,
      Optional<SessionId> session,
      WorkObserver observer,
      LogContext log,
      ClientInfo client) {
    this(actor, clientNetwork, cancellation, session, observer, log, client, Optional.empty());
  }

  /** Returns the context of a call by the service itself, without a deadline. */
  public static RequestContext system() {
    return by(Actor.SYSTEM);
  }

  /** Returns the context of a call from within this process, without a deadline. */
  public static RequestContext by(Actor actor) {
    return new RequestContext(actor, ClientNetwork.LOCAL, Cancellation.NEVER);
  }

  /** Returns the same context with the given actor and session, once the caller is known. */
  public RequestContext as(Actor knownActor, Optional<SessionId> knownSession) {
    return new RequestContext(
        knownActor,
        clientNetwork,
        cancellation,
        knownSession,
        observer,
        log,
        client,
        idempotencyKey);
  }

  /** Returns the same context with an observer of its work. */
  public RequestContext observedBy(WorkObserver known) {
    return known == observer
        ? this
        : new RequestContext(
            actor, clientNetwork, cancellation, session, known, log, client, idempotencyKey);
  }

  /** Returns the same context with these log fields. */
  public RequestContext logged(LogContext known) {
    return new RequestContext(
        actor, clientNetwork, cancellation, session, observer, known, client, idempotencyKey);
  }

  /** Returns the same context with further information about its client. */
  public RequestContext from(ClientInfo known) {
    return new RequestContext(
        actor, clientNetwork, cancellation, session, observer, log, known, idempotencyKey);
  }

  /**
   * Returns the same context with an idempotency key, for one call of a use case that changes
   * something.
   */
  public RequestContext with(IdempotencyKey key) {
    return with(Optional.of(key));
  }

  /** Returns the same context without an idempotency key, for a second use case of the call. */
  public RequestContext withoutKey() {
    return with(Optional.empty());
  }

  private RequestContext with(Optional<IdempotencyKey> key) {
    return new RequestContext(
        actor, clientNetwork, cancellation, session, observer, log, client, key);
  }

  /** Returns whether the call was answered like an earlier one with its idempotency key. */
  public boolean isReplayed() {
    return idempotencyKey.filter(IdempotencyKey::isReplayed).isPresent();
  }

  /** Returns whether the call has a session of the user. */
  public boolean isOfSession(UserId user) {
    return session.isPresent() && actor.equals(Actor.user(user));
  }

  /**
   * Returns the same context for work that continues after its caller has disconnected. It is never
   * cancelled.
   */
  public RequestContext detached() {
    return new RequestContext(
        actor, clientNetwork, Cancellation.NEVER, session, observer, log, client, idempotencyKey);
  }

  /**
   * Returns the context of a call by the service itself for a read that serves several calls. It is
   * cancelled once all of them are.
   */
  public static RequestContext together(List<RequestContext> calls) {
    var cancellation =
        new SharedCancellation(calls.stream().map(RequestContext::cancellation).toList());
    var observers =
        calls.stream()
            .map(RequestContext::observer)
            .filter(one -> one != WorkObserver.NONE)
            .toList();
    var call = new RequestContext(Actor.SYSTEM, ClientNetwork.LOCAL, cancellation);
    return observers.isEmpty() ? call : call.observedBy(WorkObserver.NONE.together(observers));
  }

  /**
   * Checks that the call was not cancelled.
   *
   * @throws UserServiceException with {@code DEADLINE_EXCEEDED} or {@code CALL_CANCELLED} if the
   *     call was cancelled
   */
  public void throwIfCancelled() {
    cancellation
        .reason()
        .ifPresent(
            reason -> {
              throw cancelled(reason);
            });
  }

  /** Returns the failure of a call that was cancelled for the given reason. */
  public static UserServiceException cancelled(ErrorReason reason) {
    String message =
        reason == ErrorReason.DEADLINE_EXCEEDED
            ? "the deadline passed before the call was done"
            : "the caller cancelled the call";
    return UserServiceException.of(reason, message);
  }
}
