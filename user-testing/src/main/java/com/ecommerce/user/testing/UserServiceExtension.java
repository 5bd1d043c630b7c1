package com.ecommerce.user.testing;

import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts a User Service for each test class, and passes it to the methods that have a parameter of
 * one of these types: {@link InProcessUserService}, a channel, or a stub of the {@code UserService}
 * or the {@code AuthService}.
 *
 * <pre>{@code
 * @ExtendWith(UserServiceExtension.class)
 * class CheckoutTest {
 *   @Test
 *   void order_belongsToItsUser(InProcessUserService service, UserServiceBlockingStub users) {
 *     var ada = service.newUser();
 *     …
 *   }
 * }
 * }</pre>
 *
 * <p>Options are set where the extension is registered:
 *
 * <pre>{@code
 * static final MutableClock CLOCK = MutableClock.epochUTC();
 *
 * @RegisterExtension
 * static final UserServiceExtension USERS =
 *     UserServiceExtension.with(options -> options.clock(CLOCK).requireAuthentication());
 * }</pre>
 *
 * <p>Unless a data source is set, each service has a database of its own. All of them share an
 * embedded PostgreSQL, which is started once in a JVM and stops after the last test. In a field
 * that is not static, the extension starts a service for each test method.
 */
public final class UserServiceExtension implements BeforeAllCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(UserServiceExtension.class);

  private static final Map<Class<?>, Function<InProcessUserService, Object>> PARAMETERS =
      Map.of(
          InProcessUserService.class, service -> service,
          Channel.class, InProcessUserService::channel,
          ManagedChannel.class, InProcessUserService::channel,
          UserServiceGrpc.UserServiceBlockingStub.class, InProcessUserService::users,
          UserServiceGrpc.UserServiceFutureStub.class,
              service -> UserServiceGrpc.newFutureStub(service.channel()),
          UserServiceGrpc.UserServiceStub.class,
              service -> UserServiceGrpc.newStub(service.channel()),
          AuthServiceGrpc.AuthServiceBlockingStub.class, InProcessUserService::auth,
          AuthServiceGrpc.AuthServiceFutureStub.class,
              service -> AuthServiceGrpc.newFutureStub(service.channel()),
          AuthServiceGrpc.AuthServiceStub.class,
              service -> AuthServiceGrpc.newStub(service.channel()));

  private final UnaryOperator<InProcessUserService.Builder> options;

  /** Creates an extension with the defaults of {@link InProcessUserService.Builder}. */
  public UserServiceExtension() {
    this(UnaryOperator.identity());
  }

  private UserServiceExtension(UnaryOperator<InProcessUserService.Builder> options) {
    this.options = options;
  }

  /** Returns an extension whose services have these options. */
  public static UserServiceExtension with(UnaryOperator<InProcessUserService.Builder> options) {
    return new UserServiceExtension(options);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    service(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return PARAMETERS.containsKey(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return PARAMETERS.get(parameter.getParameter().getType()).apply(service(context));
  }

  /** Returns the service of this test class or an enclosing one; JUnit closes it. */
  private InProcessUserService service(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(this, key -> start(context), InProcessUserService.class);
  }

  private InProcessUserService start(ExtensionContext context) {
    var builder = options.apply(InProcessUserService.builder());
    return builder.hasDataSource() ? builder.start() : builder.startOn(postgres(context), () -> {});
  }

  private static TemporaryPostgres postgres(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(
            TemporaryPostgres.class, key -> TemporaryPostgres.start(), TemporaryPostgres.class);
  }
}
