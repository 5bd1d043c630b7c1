package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.WorkObserver;
import com.ecommerce.user.core.session.Caller;
import io.grpc.Context;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The data that the interceptors have about the running call, in the gRPC context. */
public final class CallContext {
  /** The context of the call: its caller, client and deadline. */
  public static final Context.Key<RequestContext> CALL = Context.key("call");

  /** The caller, with roles; set together with the call's final context. */
  public static final Context.Key<Caller> CALLER = Context.key("caller");

  /** The observer of the work that the call causes. */
  public static final Context.Key<WorkObserver> OBSERVER =
      Context.keyWithDefault("observer", WorkObserver.NONE);

  /** Checks the credentials of the call again. Set for calls that stream responses. */
  public static final Context.Key<Supplier<CompletionStage<Caller>>> AUTHENTICATION =
      Context.key("authentication");

  private CallContext() {}

  /**
   * Returns the status of the running call if it is cancelled: because its deadline passed, or
   * because its client disconnected.
   */
  public static Status cancellation() {
    var deadline = Context.current().getDeadline();
    return deadline != null && deadline.isExpired() ? Status.DEADLINE_EXCEEDED : Status.CANCELLED;
  }

  /** Returns the user whose session the running call has. */
  static Optional<Caller.User> user() {
    return CALLER.get() instanceof Caller.User user ? Optional.of(user) : Optional.empty();
  }

  /** Returns the context of the running call. */
  public static RequestContext call() {
    return CALL.get();
  }
}
