package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.WorkObserver;
import com.ecommerce.user.core.session.Caller;
import io.grpc.Context;
import io.grpc.Status;
import java.util.Optional;

/** The data that the interceptors have about the running call, in the gRPC context. */
public final class CallContext {
  /** The call: who calls, from where and for how long. */
  public static final Context.Key<RequestContext> CALL = Context.key("call");

  /** The caller, with roles; set with the call's final form. */
  public static final Context.Key<Caller> CALLER = Context.key("caller");

  /** Hears of the work that the call makes. */
  public static final Context.Key<WorkObserver> OBSERVER =
      Context.keyWithDefault("observer", WorkObserver.NONE);

  private CallContext() {}

  /**
   * Returns the status with which the running call ends when it is cancelled: its deadline passed,
   * or its client left.
   */
  public static Status cancellation() {
    var deadline = Context.current().getDeadline();
    return deadline != null && deadline.isExpired() ? Status.DEADLINE_EXCEEDED : Status.CANCELLED;
  }

  /** Returns the user whose session the running call came with. */
  static Optional<Caller.User> user() {
    return CALLER.get() instanceof Caller.User user ? Optional.of(user) : Optional.empty();
  }

  static RequestContext call() {
    return CALL.get();
  }
}
