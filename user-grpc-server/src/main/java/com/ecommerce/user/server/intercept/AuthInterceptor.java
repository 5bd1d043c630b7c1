package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.server.grpc.CallContext;
import com.ecommerce.user.server.grpc.MethodRights;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Identifies the caller and refuses invalid credentials, before the message is read. It does so
 * even if no rights are checked, since audit fields and limits need the caller. Never blocks: if a
 * session is not in the cache, the call waits for its lookup without a thread.
 */
public final class AuthInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final String SCHEME = "Bearer ";

  private final Sessions sessions;
  private final RateLimits limits;
  private final MethodRights rights;

  /**
   * @param limits refuses tokens from networks that sent too many invalid ones
   */
  public AuthInterceptor(Sessions sessions, RateLimits limits, MethodRights rights) {
    this.sessions = sessions;
    this.limits = limits;
    this.rights = rights;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var operation = rights.of(call.getMethodDescriptor()).operation();
    return DelayedListener.when(
        caller(call, headers, operation),
        call,
        caller -> start(call, headers, next, caller, operation));
  }

  /**
   * Returns the caller. A token takes precedence over the connection's certificate, which may be
   * that of a proxy. Health checks ignore tokens, since they must work when sessions cannot be
   * looked up.
   */
  private CompletionStage<Caller> caller(
      ServerCall<?, ?> call, Metadata headers, Operation operation) {
    String credentials = headers.get(AUTHORIZATION);
    if (credentials == null || operation == Operation.HEALTH_CHECK) {
      return CompletableFuture.completedStage(CertificateCallers.callerOf(call));
    }
    var caller = caller(credentials);
    return operation.bringsOwnProof()
        ? caller.exceptionally(AuthInterceptor::anonymousIfRefused)
        : caller;
  }

  private CompletionStage<Caller> caller(String credentials) {
    String token = bearerToken(credentials);
    var call = CallContext.CALL.get();
    return token.isEmpty()
        ? CompletableFuture.failedStage(
            UserServiceException.of(
                ErrorReason.CREDENTIALS_INVALID,
                "authorization: malformed (expected: Bearer and an access token)"))
        : limits.authenticate(call.clientNetwork(), sessions.prepare(call, token));
  }

  /**
   * Returns the token of the credentials (RFC 6750, section 2.1). The scheme is case-insensitive
   * (RFC 9110, section 11.1). Parsed by hand for speed, since every call has credentials. Does not
   * check the form of the token; its verification does.
   *
   * @return empty for another scheme or without a token
   */
  private static String bearerToken(String credentials) {
    if (!credentials.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return "";
    }
    int start = SCHEME.length();
    int end = credentials.length();
    while (start < end && credentials.charAt(start) == ' ') {
      start++;
    }
    // White space around a field's value is not part of it (RFC 9110, section 5.5).
    while (end > start && credentials.charAt(end - 1) == ' ') {
      end--;
    }
    return credentials.substring(start, end);
  }

  private static Caller anonymousIfRefused(Throwable failure) {
    var cause = Stages.expected(failure);
    if (cause.kind() == ErrorKind.UNAUTHENTICATED) {
      return Caller.ANONYMOUS;
    }
    throw cause;
  }

  private <Q, R> ServerCall.Listener<Q> start(
      ServerCall<Q, R> call,
      Metadata headers,
      ServerCallHandler<Q, R> next,
      Caller caller,
      Operation operation) {
    AccessLog.CURRENT.get().madeBy(caller.actor());
    var current = Context.current();
    var context =
        current.withValues(
            CallContext.CALL, caller.identify(CallContext.CALL.get()), CallContext.CALLER, caller);
    if (call.getMethodDescriptor().getType() == MethodType.SERVER_STREAMING) {
      context =
          context.withValue(
              CallContext.AUTHENTICATION, () -> callerAgain(current, call, headers, operation));
    }
    return Contexts.interceptCall(context, call, headers, next);
  }

  private CompletionStage<Caller> callerAgain(
      Context context, ServerCall<?, ?> call, Metadata headers, Operation operation) {
    var previous = context.attach();
    try {
      return caller(call, headers, operation);
    } finally {
      context.detach(previous);
    }
  }
}
