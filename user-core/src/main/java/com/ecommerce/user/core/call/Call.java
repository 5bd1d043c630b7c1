package com.ecommerce.user.core.call;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.util.List;

/**
 * Who asks, from where, and for how long: the first argument of every use case.
 *
 * @param actor who is responsible for what the call changes
 * @param clientNetwork the network that the caller comes from, such as {@code 203.0.113.7/32}, or
 *     {@code local}
 * @param cancellation how the call learns that its answer is no longer wanted
 */
public record Call(Actor actor, String clientNetwork, Cancellation cancellation) {
  /** A call by the service itself, without a deadline. */
  public static Call system() {
    return by(Actor.SYSTEM);
  }

  /** A call from within this process, without a deadline. */
  public static Call by(Actor actor) {
    return new Call(actor, "local", Cancellation.NEVER);
  }

  /**
   * A read for several calls at once, by the service itself: it goes on while one of them wants it.
   */
  public static Call together(List<Call> calls) {
    var cancellation = new SharedCancellation(calls.stream().map(Call::cancellation).toList());
    return new Call(Actor.SYSTEM, "local", cancellation);
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
