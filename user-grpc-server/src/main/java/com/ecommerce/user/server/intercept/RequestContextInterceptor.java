package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.ClientInfo;
import com.ecommerce.user.core.request.ClientNetwork;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.server.grpc.CallContext;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Provides the {@link RequestContext} of each call: its client, its deadline and its cancellation.
 */
public final class RequestContextInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> FORWARDED_FOR =
      Metadata.Key.of("x-forwarded-for", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> USER_AGENT =
      Metadata.Key.of("user-agent", Metadata.ASCII_STRING_MARSHALLER);

  private static final Set<String> ASK_FOR_CLIENT =
      Set.of(
          UserServiceGrpc.getCreateUserMethod().getFullMethodName(),
          UserServiceGrpc.getConfirmEmailVerificationMethod().getFullMethodName());

  private final Executor cancellations;
  private final TrustedProxies proxies;

  /**
   * @param cancellations runs the actions that stop the work of cancelled calls, which may block
   *     briefly
   * @param proxies the proxies whose {@code x-forwarded-for} is believed
   */
  public RequestContextInterceptor(Executor cancellations, TrustedProxies proxies) {
    this.cancellations = cancellations;
    this.proxies = proxies;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var context = Context.current();
    var log = AccessLog.CURRENT.get();
    String network = clientNetwork(call, headers);
    log.cameFrom(network);
    var cancellation = new ContextCancellation(context, cancellations);
    var known =
        new RequestContext(
            Actor.ANONYMOUS,
            network,
            cancellation,
            Optional.empty(),
            CallContext.OBSERVER.get(context),
            log.context(),
            client(call, headers, network));
    // Interceptors within keep what they need of it, so that no listener has to restore it.
    var within = context.withValue(CallContext.CALL, known);
    var before = within.attach();
    try {
      return next.startCall(call, headers);
    } finally {
      within.detach(before);
    }
  }

  /**
   * Returns the client. Only looked up for the few methods that need it, since this takes longer
   * than the rest of the interceptor.
   */
  private static ClientInfo client(ServerCall<?, ?> call, Metadata headers, String network) {
    if (!ASK_FOR_CLIENT.contains(call.getMethodDescriptor().getFullMethodName())) {
      return ClientInfo.UNKNOWN;
    }
    String userAgent = headers.get(USER_AGENT);
    return new ClientInfo(
        userAgent == null ? "" : userAgent, !network.equals(PeerNetworks.of(call)));
  }

  private String clientNetwork(ServerCall<?, ?> call, Metadata headers) {
    Iterable<String> forwardedFor = headers.getAll(FORWARDED_FOR);
    return forwardedFor != null
            && call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
                instanceof InetSocketAddress peer
        ? ClientNetwork.of(proxies.client(peer.getAddress(), forwardedFor))
        : PeerNetworks.of(call);
  }
}
