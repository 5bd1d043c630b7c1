package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.Stages;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.server.grpc.CallContext;
import com.ecommerce.user.server.grpc.MethodRights;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/**
 * Finds out who calls, and refuses callers without the right, before anything else of the request
 * is looked at. Never blocks: a session that is not known from memory is looked up while the call
 * waits.
 */
public final class AuthInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** RFC 6750, section 2.1; the scheme is in any letter case (RFC 9110, section 11.1). */
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/=-]+) *");

  private final Sessions sessions;
  private final RateLimits limits;
  private final MethodRights rights;
  private final boolean required;

  /**
   * @param limits refuse to look at tokens from where too many bad ones came
   * @param required whether rights are checked; without, a token that is sent is checked all the
   *     same, and names who is responsible
   */
  public AuthInterceptor(
      Sessions sessions, RateLimits limits, MethodRights rights, boolean required) {
    this.sessions = sessions;
    this.limits = limits;
    this.rights = rights;
    this.required = required;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var right = rights.of(call.getMethodDescriptor());
    return WaitingListener.when(
        caller(call, headers, right), call, caller -> start(call, headers, next, right, caller));
  }

  /** A token wins over the connection's certificate, which may be that of a proxy. */
  private CompletionStage<Caller> caller(
      ServerCall<?, ?> call, Metadata headers, MethodRights.Right<?> right) {
    String credentials = headers.get(AUTHORIZATION);
    if (credentials == null) {
      return CompletableFuture.completedStage(CertificateCallers.callerOf(call));
    }
    var caller = caller(credentials);
    return right.operation().bringsOwnProof()
        ? caller.exceptionally(AuthInterceptor::anonymousIfRefused)
        : caller;
  }

  private CompletionStage<Caller> caller(String credentials) {
    var bearer = BEARER.matcher(credentials);
    var call = CallContext.CALL.get();
    return bearer.matches()
        ? limits.authenticate(
            call.clientNetwork(), () -> sessions.authenticateAsync(call, bearer.group(1)))
        : CompletableFuture.failedStage(
            UserServiceException.of(
                ErrorReason.CREDENTIALS_INVALID,
                "authorization: not understood (expected: Bearer and an access token)"));
  }

  private static Caller anonymousIfRefused(Throwable failure) {
    var cause = Stages.unwrapped(failure);
    if (cause.kind() == ErrorKind.UNAUTHENTICATED) {
      return Caller.ANONYMOUS;
    }
    throw cause;
  }

  private <Q, R> ServerCall.Listener<Q> start(
      ServerCall<Q, R> call,
      Metadata headers,
      ServerCallHandler<Q, R> next,
      MethodRights.Right<Q> right,
      Caller caller) {
    CallLog.CURRENT.get().madeBy(caller.actor());
    var context =
        Context.current()
            .withValues(
                CallContext.CALL,
                caller.identify(CallContext.CALL.get()),
                CallContext.CALLER,
                caller);
    var listener = Contexts.interceptCall(context, call, headers, next);
    return required ? new Guarded<>(listener, right, caller) : listener;
  }

  /** Looks at the request as soon as it is there. */
  private static final class Guarded<Q> extends SimpleForwardingServerCallListener<Q> {
    private final MethodRights.Right<Q> right;
    private final Caller caller;

    Guarded(ServerCall.Listener<Q> listener, MethodRights.Right<Q> right, Caller caller) {
      super(listener);
      this.right = right;
      this.caller = caller;
    }

    @Override
    public void onMessage(Q message) {
      right.require(caller, message);
      super.onMessage(message);
    }
  }
}
