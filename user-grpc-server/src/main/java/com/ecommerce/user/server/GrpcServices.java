package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.session.CertifiedServices;
import com.ecommerce.user.server.config.AccessSettings;
import com.ecommerce.user.server.config.AuthMode;
import com.ecommerce.user.server.config.BuildInfo;
import com.ecommerce.user.server.grpc.AuthGrpcService;
import com.ecommerce.user.server.grpc.KnownFields;
import com.ecommerce.user.server.grpc.MethodRights;
import com.ecommerce.user.server.grpc.UserGrpcService;
import com.ecommerce.user.server.http2.CallGuards;
import com.ecommerce.user.server.intercept.AccessLogInterceptor;
import com.ecommerce.user.server.intercept.AuthInterceptor;
import com.ecommerce.user.server.intercept.CertificateCallers;
import com.ecommerce.user.server.intercept.ErrorInterceptor;
import com.ecommerce.user.server.intercept.LimitInterceptor;
import com.ecommerce.user.server.intercept.MessageLimitInterceptor;
import com.ecommerce.user.server.intercept.MetadataLimitInterceptor;
import com.ecommerce.user.server.intercept.OffloadInterceptor;
import com.ecommerce.user.server.intercept.OneMessageInterceptor;
import com.ecommerce.user.server.intercept.OpenStreams;
import com.ecommerce.user.server.intercept.PeerNetworks;
import com.ecommerce.user.server.intercept.RequestContextInterceptor;
import com.ecommerce.user.server.intercept.RightsInterceptor;
import com.ecommerce.user.server.reflection.ReflectionService;
import com.ecommerce.user.server.transport.InboundStreams;
import com.ecommerce.user.server.transport.TransportLimits;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All services behind their interceptors, for a server of any transport: the network's and the
 * in-process one run the same.
 */
final class GrpcServices implements AutoCloseable {
  private static final Set<String> NON_BLOCKING_METHODS =
      Stream.of(UserGrpcService.NON_BLOCKING_METHODS, AuthGrpcService.NON_BLOCKING_METHODS)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  /** Unlike gRPC's own, without a buffer around each request: they are read once. */
  private static final MethodDescriptor.Marshaller<InputStream> AS_THEY_CAME =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(InputStream message) {
          return message;
        }

        @Override
        public InputStream parse(InputStream message) {
          return message;
        }
      };

  private final ExecutorService cancellers = Threads.cancellers();
  private final List<BindableService> services;
  private final HealthReporter health;
  private final CertifiedServices certifiedServices;
  private final Clock clock;
  private final OpenStreams streams = new OpenStreams();
  private final InboundStreams inboundStreams = new InboundStreams();
  private final ServerInterceptor messageLimit = new MessageLimitInterceptor(inboundStreams);
  private final ServerInterceptor oneMessage = new OneMessageInterceptor();
  private final TrustedProxies trustedProxies;
  private final Optional<ServerInterceptor> tracing;
  private final List<ServerInterceptor> outer;
  private final List<ServerInterceptor> inner;
  private final CallGuards guards;

  /**
   * @param workers run the handlers that may block; not closed by this object
   * @param random makes call ids; thread-safe
   * @param access who is let in
   * @param watchers hear of the calls
   */
  GrpcServices(
      UserCore core,
      Workers workers,
      Clock clock,
      RandomGenerator random,
      AccessSettings access,
      CallListeners watchers) {
    this.certifiedServices = access.certifiedServices();
    this.trustedProxies = access.trustedProxies();
    this.clock = clock;
    this.tracing = watchers.tracing();
    this.guards = new CallGuards(random, watchers.meter());
    services =
        List.of(
            new UserGrpcService(
                core, clock, BuildInfo.version(), access.mode() == AuthMode.REQUIRED),
            new AuthGrpcService(core));
    health = new HealthReporter(core.health(), names(services));
    outer =
        List.of(
            new AccessLogInterceptor(random, System::nanoTime, watchers.meter()),
            new ErrorInterceptor(),
            new MetadataLimitInterceptor(),
            messageLimit,
            new RequestContextInterceptor(cancellers, access.trustedProxies()));
    inner = inner(core, workers, access);
  }

  private List<ServerInterceptor> inner(UserCore core, Workers workers, AccessSettings access) {
    boolean required = access.mode() == AuthMode.REQUIRED;
    // Who lets everybody in trusts everybody, and gateways call for many.
    RateLimits limits = required ? core.rateLimits() : core.rateLimits().trusting();
    var rights = rights(services);
    List<ServerInterceptor> chain = new ArrayList<>();
    chain.add(new AuthInterceptor(core.sessions(), limits, rights));
    if (limits.isAny()) {
      chain.add(new LimitInterceptor(limits, methods(services)));
    }
    if (required) {
      chain.add(new RightsInterceptor(rights, core.securityLog()));
    }
    chain.add(oneMessage);
    chain.add(new OffloadInterceptor(workers, methods(services), NON_BLOCKING_METHODS));
    return List.copyOf(chain);
  }

  private static List<MethodDescriptor<?, ?>> methods(List<BindableService> services) {
    return services.stream()
        .<MethodDescriptor<?, ?>>flatMap(
            service -> service.bindService().getServiceDescriptor().getMethods().stream())
        .toList();
  }

  private static MethodRights rights(List<BindableService> services) {
    var rights = MethodRights.table();
    services.forEach(
        service ->
            rights.requireComplete(service.bindService().getServiceDescriptor().getMethods()));
    return rights;
  }

  private static List<String> names(List<BindableService> services) {
    return services.stream()
        .map(service -> service.bindService().getServiceDescriptor().getName())
        .toList();
  }

  /** Returns the guards for the connections of the services' server. */
  CallGuards guards() {
    return guards;
  }

  /** Returns the link from a guarded transport to the calls of these services. */
  InboundStreams inboundStreams() {
    return inboundStreams;
  }

  /** Returns the proxies that are trusted about a client's address. */
  TrustedProxies trustedProxies() {
    return trustedProxies;
  }

  /** Adds the services to a server, which calls them on its event loop. */
  void addTo(ServerBuilder<?> server) {
    server
        .directExecutor()
        .maxInboundMessageSize(TransportLimits.DEFAULT_MAX_MESSAGE_BYTES)
        .fallbackHandlerRegistry(new UnknownMethods(outer.subList(0, 3)))
        .addTransportFilter(new PeerNetworks());
    if (!certifiedServices.names().isEmpty()) {
      server.addTransportFilter(new CertificateCallers(certifiedServices, clock));
    }
    services.forEach(
        service ->
            server.addService(
                traced(
                    intercepted(
                        KnownFields.only(ServerInterceptors.interceptForward(service, inner)),
                        outer))));
    // Streams of their own: a Watch lasts for ever and takes no worker.
    var unlimited =
        List.of(outer.get(0), outer.get(1), outer.get(2), outer.get(3), streams, oneMessage);
    var healthService = health.service().bindService();
    Stream.concat(Stream.of(healthService), reflection(healthService).stream())
        .map(KnownFields::only)
        .forEach(service -> server.addService(intercepted(service, unlimited)));
  }

  private ServerServiceDefinition traced(ServerServiceDefinition service) {
    return tracing
        .map(interceptor -> ServerInterceptors.intercept(service, interceptor))
        .orElse(service);
  }

  /** Messages are parsed within these interceptors, so that malformed ones fail like all else. */
  private static ServerServiceDefinition intercepted(
      ServerServiceDefinition service, List<ServerInterceptor> interceptors) {
    return ServerInterceptors.interceptForward(
        ServerInterceptors.useMarshalledMessages(service, AS_THEY_CAME), interceptors);
  }

  private List<ServerServiceDefinition> reflection(ServerServiceDefinition healthService) {
    List<ServiceDescriptor> described = new ArrayList<>();
    services.forEach(service -> described.add(service.bindService().getServiceDescriptor()));
    described.add(healthService.getServiceDescriptor());
    return ReflectionService.describing(described);
  }

  /** Starts to report health. */
  void start() {
    health.start();
  }

  /** Returns the reporter of the service's health. */
  HealthReporter health() {
    return health;
  }

  /** Health turns NOT_SERVING, which its watchers are told; calls are still answered. */
  void stopServing() {
    health.close();
  }

  /** Does the same as {@link #stopServing}, and ends the streams of the watchers. */
  void drain() {
    stopServing();
    streams.endAll();
  }

  @Override
  public void close() {
    drain();
    cancellers.shutdown();
  }
}
