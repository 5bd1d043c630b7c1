package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.call.WorkObserver;
import com.ecommerce.user.core.session.Caller;
import io.grpc.Context;

/** What the interceptors know of the running call, in the gRPC context. */
public final class CallContext {
  /** Who calls, from where and for how long. */
  public static final Context.Key<Call> CALL = Context.key("call");

  /** Who calls, with roles; set with the call's final form. */
  public static final Context.Key<Caller> CALLER = Context.key("caller");

  /** Hears of the work that the call makes. */
  public static final Context.Key<WorkObserver> OBSERVER =
      Context.keyWithDefault("observer", WorkObserver.NONE);

  private CallContext() {}

  static Call call() {
    return CALL.get();
  }
}
