package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.server.config.AccessSettings;
import com.ecommerce.user.server.config.AuthMode;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * The gRPC API inside another program, without a port: the services and interceptors of the real
 * server, for clients of the same process. The caller closes it. Thread-safe.
 */
public final class InProcessServer implements AutoCloseable {
  private static final int WORKERS = 10;

  private final CloseStack opened = new CloseStack();
  private ManagedChannel channel;
  private UserCore core;

  private InProcessServer() {}

  /**
   * Starts a server.
   *
   * @param dataSource the migrated database, as a pool of at least 10 connections; stays open
   * @param clock the clock of every change and every expiry
   * @param choices changes settings of the core
   */
  public static InProcessServer start(
      DataSource dataSource,
      Clock clock,
      AuthMode authMode,
      UnaryOperator<UserCore.Builder> choices) {
    return start(dataSource, clock, authMode, choices, UnaryOperator.identity());
  }

  /** Does the same with workers that wrap the usual ones. */
  static InProcessServer start(
      DataSource dataSource,
      Clock clock,
      AuthMode authMode,
      UnaryOperator<UserCore.Builder> choices,
      UnaryOperator<Workers> wrapped) {
    var server = new InProcessServer();
    try {
      server.open(dataSource, clock, authMode, choices, wrapped);
      return server;
    } catch (RuntimeException | Error failed) {
      server.close();
      throw failed;
    } catch (IOException failed) {
      server.close();
      throw new UncheckedIOException("the in-process server did not start", failed);
    }
  }

  private void open(
      DataSource dataSource,
      Clock clock,
      AuthMode authMode,
      UnaryOperator<UserCore.Builder> choices,
      UnaryOperator<Workers> wrapped)
      throws IOException {
    var pool = new WorkerPool(WORKERS, WORKERS, System::nanoTime);
    var workers = wrapped.apply(pool);
    var builder = UserCore.builder(dataSource).clock(clock).workers(workers);
    core = opened.add(choices.apply(builder).build());
    opened.add(pool);
    core.start();
    var access = new AccessSettings(authMode, TokenSettings.DEFAULT, TrustedProxies.NONE);
    var services =
        opened.add(
            new GrpcServices(core, workers, clock, new SecureRandom(), access, CallListeners.NONE));
    String name = InProcessServerBuilder.generateName();
    var server = InProcessServerBuilder.forName(name);
    services.addTo(server);
    var running = server.build().start();
    opened.add(() -> running.shutdownNow().awaitTermination());
    services.start();
    channel = InProcessChannelBuilder.forName(name).build();
    opened.add(() -> channel.shutdownNow());
  }

  /** Returns a channel to the server, which is closed with it. */
  public ManagedChannel channel() {
    return channel;
  }

  /** Returns the core of the service. */
  public UserCore core() {
    return core;
  }

  @Override
  public void close() {
    opened.close();
  }
}
