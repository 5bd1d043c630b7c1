package com.ecommerce.user.testing;

import com.ecommerce.user.core.Migrations;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.PasswordSettings;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailDelivery;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.server.InProcessServer;
import com.ecommerce.user.server.config.AuthMode;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceBlockingStub;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.UserAdminServiceGrpc;
import com.ecommerce.user.v1.UserAdminServiceGrpc.UserAdminServiceBlockingStub;
import com.ecommerce.user.v1.UserEventServiceGrpc;
import com.ecommerce.user.v1.UserEventServiceGrpc.UserEventServiceBlockingStub;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.ManagedChannel;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The whole User Service in the JVM of a test: the services and interceptors of the real server, on
 * a real PostgreSQL, without a port. Thread-safe; the caller that starts it closes it. In JUnit
 * tests, {@link UserServiceExtension} does both.
 *
 * <pre>{@code
 * try (var service = InProcessUserService.start()) {
 *   var created = service.users().createUser(TestRequests.createUser().build()).getUser();
 *   var found = service.users().getUser(GetUserRequest.newBuilder().setUserId(created.getId()).build());
 * }
 * }</pre>
 *
 * <p>Passwords are hashed at the least cost, so that tests can create many users. No mail leaves
 * the JVM: {@link #mails} returns the mails, and so the tokens in their links.
 */
public final class InProcessUserService implements AutoCloseable {
  private final InProcessServer server;
  private final List<Mail> mails;
  private final Runnable closeDatabase;

  private InProcessUserService(InProcessServer server, List<Mail> mails, Runnable closeDatabase) {
    this.server = server;
    this.mails = mails;
    this.closeDatabase = closeDatabase;
  }

  /** The options of an in-process service. All of them have defaults. Not thread-safe. */
  public static final class Builder {
    private @Nullable DataSource dataSource;
    private Clock clock = Clock.systemUTC();
    private UnaryOperator<UserCore.Builder> choices = UnaryOperator.identity();
    private AuthMode authMode = AuthMode.OFF;

    private Builder() {}

    /**
     * Sets the database, which is migrated at the start and stays open: a pool of at least 10
     * connections. Default: a database in an embedded PostgreSQL, which is deleted at the end.
     */
    public Builder dataSource(DataSource value) {
      dataSource = value;
      return this;
    }

    boolean hasDataSource() {
      return dataSource != null;
    }

    /**
     * Sets the clock of every change and every expiry, for example a {@link
     * org.threeten.extra.MutableClock}. Default: the system's.
     */
    public Builder clock(Clock value) {
      clock = value;
      return this;
    }

    /** Changes settings of the core. */
    public Builder core(UnaryOperator<UserCore.Builder> value) {
      choices = value;
      return this;
    }

    /**
     * Checks tokens and rights, as a server with {@code AUTH_MODE=required} does. Default: {@code
     * off}.
     */
    public Builder requireAuthentication() {
      authMode = AuthMode.REQUIRED;
      return this;
    }

    /** Starts the service; the embedded PostgreSQL takes a few seconds. */
    public InProcessUserService start() {
      if (dataSource != null) {
        return start(dataSource, () -> {});
      }
      var postgres = TemporaryPostgres.start();
      return startOn(postgres, postgres::close);
    }

    /** Starts the service on a new database of this PostgreSQL. */
    InProcessUserService startOn(TemporaryPostgres postgres, Runnable afterwards) {
      var pool = postgres.newDatabase();
      return start(
          pool,
          () -> {
            pool.close();
            afterwards.run();
          });
    }

    private InProcessUserService start(DataSource database, Runnable closeDatabase) {
      List<Mail> mails = new CopyOnWriteArrayList<>();
      var cheap =
          PasswordSettings.DEFAULT.withHash(HashSettings.bcrypt(HashSettings.MIN_BCRYPT_COST));
      try {
        Migrations.migrate(database);
        var server =
            InProcessServer.start(
                database,
                clock,
                authMode,
                core -> choices.apply(core.mailTransport(mails::add).passwords(cheap)));
        return new InProcessUserService(server, mails, closeDatabase);
      } catch (RuntimeException | Error failed) {
        closeDatabase.run();
        throw failed;
      }
    }
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts a service on an embedded PostgreSQL of its own. */
  public static InProcessUserService start() {
    return builder().start();
  }

  /** Returns a channel to the service, which is closed with it. */
  public ManagedChannel channel() {
    return server.channel();
  }

  /** Returns a stub without a token. */
  public UserServiceBlockingStub users() {
    return UserServiceGrpc.newBlockingStub(channel());
  }

  /** Returns a stub without a token. */
  public AuthServiceBlockingStub auth() {
    return AuthServiceGrpc.newBlockingStub(channel());
  }

  /** Returns a stub without a token. */
  public UserAdminServiceBlockingStub userAdmin() {
    return UserAdminServiceGrpc.newBlockingStub(channel());
  }

  /** Returns a stub without a token. */
  public UserEventServiceBlockingStub userEvents() {
    return UserEventServiceGrpc.newBlockingStub(channel());
  }

  /** Returns the core of the service, for example to prepare data or to check results. */
  public UserCore core() {
    return server.core();
  }

  /** Creates a customer with a new, verified email address, and logs in. */
  public TestUser newUser() {
    return newUser(Role.CUSTOMER);
  }

  /** Creates an administrator with a new, verified email address, and logs in. */
  public TestUser newAdmin() {
    return newUser(Role.ADMIN);
  }

  /** Creates a user with these roles and a new, verified email address, and logs in. */
  public TestUser newUser(Role... roles) {
    var request = TestRequests.createUser();
    var newUser =
        NewUser.builder()
            .email(request.getEmail())
            .password(request.getPassword())
            .firstName(request.getFirstName())
            .lastName(request.getLastName())
            .roles(Set.of(roles))
            .build();
    core().users().createVerified(RequestContext.system(), newUser);
    var login =
        auth()
            .login(
                LoginRequest.newBuilder()
                    .setEmail(request.getEmail())
                    .setPassword(request.getPassword())
                    .build());
    return new TestUser(login.getUser(), request.getPassword(), login.getAccessToken());
  }

  /**
   * Returns the mails that the service would have sent until now, the oldest first, with those of
   * all calls that were answered before. Mails that another service on the same database sent are
   * not among them. Each link ends in {@code ?token=…}.
   *
   * <p>Empty if {@link Builder#core} chose another transport, which then has the mails.
   */
  public List<Mail> mails() {
    core().mailDelivery().ifPresent(MailDelivery::sendDue);
    return List.copyOf(mails);
  }

  @Override
  public void close() {
    server.close();
    closeDatabase.run();
  }
}
