package com.ecommerce.user.server;

import com.ecommerce.user.core.Migrations;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.call.TrustedProxies;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailWorker;
import com.ecommerce.user.core.session.TokenSettings;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * The whole User Service inside another program, made for the tests of its clients: the services
 * and interceptors of the real server, on a real PostgreSQL, without a port. Thread-safe; whoever
 * starts it closes it.
 *
 * <pre>{@code
 * try (var service = InProcessUserService.start()) {
 *   var users = UserServiceGrpc.newBlockingStub(service.channel());
 *   users.createUser(CreateUserRequest.newBuilder().setEmail("ada@example.com").setPassword("…").build());
 * }
 * }</pre>
 *
 * <p>Passwords are hashed at the least cost, so that tests can create many users. No mail leaves
 * the program: {@link #mails} shows them, and so the tokens in their links.
 */
public final class InProcessUserService implements AutoCloseable {
  private static final int WORKERS = 10;

  private final Closing opened = new Closing();
  private ManagedChannel channel;
  private UserCore core;
  private final List<Mail> mails = new CopyOnWriteArrayList<>();

  private InProcessUserService() {}

  /** Collects what can be chosen; all of it has a default. Not thread-safe. */
  public static final class Builder {
    private DataSource dataSource;
    private Clock clock = Clock.systemUTC();
    private UnaryOperator<UserCore.Builder> choices = UnaryOperator.identity();
    private AuthMode authMode = AuthMode.OFF;

    private Builder() {}

    /**
     * The database to use, which is migrated at the start and stays the caller's: a pool of at
     * least 10 connections. Default: an embedded PostgreSQL with a database that is gone after
     * {@link InProcessUserService#close}.
     */
    public Builder dataSource(DataSource value) {
      dataSource = value;
      return this;
    }

    /** Tells the time of every change and every expiry. Default: the system's. */
    public Builder clock(Clock value) {
      clock = value;
      return this;
    }

    /** Other choices for the core than the default ones. */
    public Builder core(UnaryOperator<UserCore.Builder> value) {
      choices = value;
      return this;
    }

    /** Checks tokens and rights, as a server with {@code AUTH_MODE=required} does. Default: off. */
    public Builder requireAuthentication() {
      authMode = AuthMode.REQUIRED;
      return this;
    }

    /** Starts the service; the embedded PostgreSQL takes some seconds. */
    public InProcessUserService start() {
      var service = new InProcessUserService();
      try {
        service.open(this);
        return service;
      } catch (RuntimeException | Error failed) {
        service.close();
        throw failed;
      } catch (IOException failed) {
        service.close();
        throw new UncheckedIOException("the in-process service did not start", failed);
      }
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Starts it on an embedded PostgreSQL of its own. */
  public static InProcessUserService start() {
    return builder().start();
  }

  private void open(Builder builder) throws IOException {
    DataSource dataSource = builder.dataSource == null ? temporary() : builder.dataSource;
    Migrations.migrate(dataSource);
    var workers = new WorkerPool(WORKERS, WORKERS, System::nanoTime);
    var choices =
        UserCore.builder(dataSource)
            .clock(builder.clock)
            .workers(workers)
            .mailTransport(mails::add)
            .hashSettings(HashSettings.bcrypt(HashSettings.MIN_BCRYPT_COST));
    core = opened.add(builder.choices.apply(choices).build());
    opened.add(workers);
    core.start();
    var access = new AccessSettings(builder.authMode, TokenSettings.DEFAULT, TrustedProxies.NONE);
    var services =
        opened.add(
            new GrpcServices(
                core, workers, builder.clock, new SecureRandom(), access, CallWatchers.NONE));
    String name = InProcessServerBuilder.generateName();
    var server = InProcessServerBuilder.forName(name);
    services.addTo(server);
    var running = server.build().start();
    opened.add(() -> running.shutdownNow().awaitTermination());
    services.start();
    channel = InProcessChannelBuilder.forName(name).build();
    opened.add(() -> channel.shutdownNow());
  }

  private DataSource temporary() throws IOException {
    var postgres = opened.add(EmbeddedDatabase.temporary());
    return opened.add(
        DatabasePool.open(
            EmbeddedDatabase.temporaryUrl(postgres), "users", WORKERS, DatabasePool.WAIT));
  }

  /** A channel to the service; closed with it. */
  public ManagedChannel channel() {
    return channel;
  }

  /** The core beneath, to arrange and to look behind the API. */
  public UserCore core() {
    return core;
  }

  /**
   * The mails that the service would have sent until now, the oldest first. Everything that the
   * calls which were answered before this one queued is among them, but for what other services on
   * the same database sent. Each link ends in {@code ?token=…}.
   *
   * <p>Empty if {@link Builder#core} chose a transport of its own, which then has the mails.
   */
  public List<Mail> mails() {
    core.mailWorker().ifPresent(MailWorker::runDue);
    return List.copyOf(mails);
  }

  @Override
  public void close() {
    opened.close();
  }
}
