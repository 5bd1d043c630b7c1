package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
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
import com.ecommerce.user.server.grpc.UserAdminGrpcService;
import com.ecommerce.user.server.grpc.UserGrpcService;
import com.ecommerce.user.server.grpc.events.UserEventGrpcService;
import com.ecommerce.user.server.http2.CallGuards;
import com.ecommerce.user.server.intercept.AccessLogInterceptor;
import com.ecommerce.user.server.intercept.AuthInterceptor;
import com.ecommerce.user.server.intercept.CertificateCallers;
import com.ecommerce.user.server.intercept.ErrorInterceptor;
import com.ecommerce.user.server.intercept.IdempotencyInterceptor;
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
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;

/**
 * All services behind their interceptors. The server on a port and the in-process server use the
 * same ones.
 */
final class GrpcServices implements AutoCloseable {
  private static final int CANCELLERS = 2;
  private static final int MAX_CANCELLATIONS = 10_000;

  private static final Set<Step> OWN_SERVICES = EnumSet.complementOf(EnumSet.of(Step.STREAMS));

  private static final Set<Step> STANDARD_SERVICES =
      EnumSet.of(
          Step.LOG, Step.ERRORS, Step.METADATA, Step.MESSAGE_SIZE, Step.STREAMS, Step.ONE_MESSAGE);

  private static final Set<Step> UNKNOWN_METHODS = EnumSet.of(Step.LOG, Step.ERRORS, Step.METADATA);

  /**
   * A marshaller that passes requests on unchanged. Unlike gRPC's own, it does not buffer them,
   * since each is read only once.
   */
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

  /** The threads that stop the work of cancelled calls, which may occupy the workers. */
  private final ExecutorService cancellers =
      DaemonThreads.pool("canceller", CANCELLERS, new ArrayBlockingQueue<>(MAX_CANCELLATIONS));

  private final List<BindableService> services;
  private final HealthReporter health;
  private final CertifiedServices certifiedServices;
  private final Clock clock;
  private final OpenStreams streams = new OpenStreams();
  private final InboundStreams inboundStreams = new InboundStreams();
  private final TrustedProxies trustedProxies;
  private final Map<Step, ServerInterceptor> interceptors;
  private final CallGuards guards;

  /**
   * @param workers run the handlers that may block; not closed by this object
   * @param random makes call ids; thread-safe
   * @param access the authentication and the rights of callers
   * @param listeners observe the calls
   */
  GrpcServices(
      UserCore core,
      Workers workers,
      Clock clock,
      RandomGenerator random,
      AccessSettings access,
      CallListeners listeners) {
    this.certifiedServices = access.certifiedServices();
    this.trustedProxies = access.trustedProxies();
    this.clock = clock;
    this.guards = new CallGuards(random, listeners.meter());
    services =
        List.of(
            new UserGrpcService(
                core, clock, BuildInfo.version(), access.mode() == AuthMode.REQUIRED),
            new AuthGrpcService(core),
            new UserAdminGrpcService(core),
            new UserEventGrpcService(
                core.userEvents(), core.webhooks(), access.mode() == AuthMode.REQUIRED));
    health = new HealthReporter(core.health(), names(services));
    interceptors = interceptors(core, workers, random, access, listeners);
  }

  private Map<Step, ServerInterceptor> interceptors(
      UserCore core,
      Workers workers,
      RandomGenerator random,
      AccessSettings access,
      CallListeners listeners) {
    boolean required = access.mode() == AuthMode.REQUIRED;
    // Without authentication, all callers are trusted, and gateways call on behalf of many users.
    RateLimits limits = required ? core.rateLimits() : core.rateLimits().trusting();
    var methods = methods(services);
    var rights = new MethodRights(methods);
    var steps = new EnumMap<Step, ServerInterceptor>(Step.class);
    listeners.tracing().ifPresent(tracing -> steps.put(Step.TRACE, tracing));
    steps.put(Step.LOG, new AccessLogInterceptor(random, System::nanoTime, listeners.meter()));
    steps.put(Step.ERRORS, new ErrorInterceptor());
    steps.put(Step.METADATA, new MetadataLimitInterceptor());
    steps.put(Step.MESSAGE_SIZE, new MessageLimitInterceptor(inboundStreams));
    steps.put(Step.REQUEST, new RequestContextInterceptor(cancellers, trustedProxies));
    steps.put(Step.STREAMS, streams);
    steps.put(Step.BULK_STREAMS, streams.ofStreamingMethods());
    steps.put(Step.AUTHENTICATION, new AuthInterceptor(core.sessions(), limits, rights));
    if (limits.isAny()) {
      steps.put(Step.LIMITS, new LimitInterceptor(limits, methods, rights));
    }
    if (required) {
      steps.put(Step.RIGHTS, new RightsInterceptor(rights, core.securityLog()));
    }
    steps.put(Step.ONE_MESSAGE, new OneMessageInterceptor());
    steps.put(Step.IDEMPOTENCY, new IdempotencyInterceptor(rights));
    steps.put(Step.OFFLOAD, new OffloadInterceptor(workers, methods, rights));
    return steps;
  }

  private static List<MethodDescriptor<?, ?>> methods(List<BindableService> services) {
    return services.stream()
        .<MethodDescriptor<?, ?>>flatMap(
            service -> service.bindService().getServiceDescriptor().getMethods().stream())
        .toList();
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
        .fallbackHandlerRegistry(new UnknownMethods(of(UNKNOWN_METHODS)))
        .addTransportFilter(new PeerNetworks());
    if (!certifiedServices.names().isEmpty()) {
      server.addTransportFilter(new CertificateCallers(certifiedServices, clock));
    }
    services.forEach(
        service -> server.addService(intercepted(service.bindService(), OWN_SERVICES)));
    var healthService = health.service().bindService();
    server.addService(intercepted(healthService, STANDARD_SERVICES));
    reflection(healthService)
        .forEach(service -> server.addService(intercepted(service, STANDARD_SERVICES)));
  }

  /**
   * Adds the interceptors. The first steps receive unparsed messages, so that malformed ones fail
   * like other calls.
   */
  private ServerServiceDefinition intercepted(ServerServiceDefinition service, Set<Step> steps) {
    var unparsed = EnumSet.range(Step.TRACE, Step.BULK_STREAMS);
    unparsed.retainAll(steps);
    var parsed = EnumSet.range(Step.AUTHENTICATION, Step.OFFLOAD);
    parsed.retainAll(steps);
    return ServerInterceptors.interceptForward(
        ServerInterceptors.useMarshalledMessages(
            KnownFields.only(ServerInterceptors.interceptForward(service, of(parsed))),
            AS_THEY_CAME),
        of(unparsed));
  }

  private List<ServerInterceptor> of(Set<Step> steps) {
    return steps.stream().map(interceptors::get).filter(Objects::nonNull).toList();
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

  /** Sets the health to NOT_SERVING and notifies its watchers. Calls are still answered. */
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

  /** The steps of a call, in their order. Its message is parsed before the authentication. */
  private enum Step {
    TRACE,
    LOG,
    ERRORS,
    METADATA,
    MESSAGE_SIZE,
    REQUEST,
    /** Tracks the streams of a service whose calls may last indefinitely, and use no worker. */
    STREAMS,
    /** Tracks the imports and exports, which a server that stops does not wait for. */
    BULK_STREAMS,
    AUTHENTICATION,
    LIMITS,
    RIGHTS,
    ONE_MESSAGE,
    IDEMPOTENCY,
    OFFLOAD
  }
}
