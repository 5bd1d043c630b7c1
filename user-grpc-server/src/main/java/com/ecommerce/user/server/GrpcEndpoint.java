package com.ecommerce.user.server;

import com.ecommerce.user.server.config.ConnectionSettings;
import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.transport.TransportGuard;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gRPC server on its port. */
final class GrpcEndpoint implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GrpcEndpoint.class);

  /**
   * The bytes that a connection may send beyond what was read. Without a fixed number, gRPC would
   * let it grow to 8 MiB for a connection that sends fast, such as an import.
   */
  private static final int WINDOW_BYTES = 1024 * 1024;

  private static final Duration KEEPALIVE_INTERVAL = Duration.ofSeconds(10);
  private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final ListenAddress address;
  private final Server server;
  private final GrpcServices services;
  private final Duration grace;

  /**
   * @param host empty for all interfaces
   * @param tls empty for plaintext
   * @param loops event loops on NIO, which the caller closes
   * @throws StartupException when the address is invalid
   */
  GrpcEndpoint(
      Optional<String> host,
      int port,
      Optional<SslContext> tls,
      GrpcServices services,
      EventLoopGroup loops,
      ConnectionSettings connections) {
    this.address = ListenAddress.of(host, Setting.GRPC_PORT, port);
    var builder =
        NettyServerBuilder.forAddress(address.socket())
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .channelType(NioServerSocketChannel.class)
            .flowControlWindow(WINDOW_BYTES)
            .keepAliveTime(KEEPALIVE_INTERVAL.toSeconds(), TimeUnit.SECONDS)
            .keepAliveTimeout(KEEPALIVE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            // Pings are limited together with the other control frames, with or without calls.
            .permitKeepAliveTime(0, TimeUnit.NANOSECONDS);
    connections
        .maxAge()
        .ifPresent(
            age ->
                builder
                    .maxConnectionAge(age.toSeconds(), TimeUnit.SECONDS)
                    .maxConnectionAgeGrace(
                        connections.shutdownGrace().toSeconds(), TimeUnit.SECONDS));
    services.addTo(builder);
    var transport =
        new TransportGuard(
            connections.transport(), services.trustedProxies(), services.inboundStreams());
    services.guards().addTo(builder, transport.guard(builder, tls));
    this.server = builder.build();
    this.services = services;
    this.grace = connections.shutdownGrace();
  }

  /**
   * @throws StartupException when the port is in use or the address is not this machine's
   */
  void start() {
    try {
      server.start();
    } catch (IOException failed) {
      throw address.cannotListen(failed);
    }
  }

  int port() {
    return server.getPort();
  }

  /** Sets the health to NOT_SERVING. Calls are still accepted and answered. */
  void drain() {
    services.stopServing();
  }

  /** Tells clients to reconnect elsewhere, lets running calls finish, then cuts off the rest. */
  @Override
  public void close() throws InterruptedException {
    services.drain();
    server.shutdown();
    if (!server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
      log.warn("Calls are still running after {} s and are cut off", grace.toSeconds());
      server.shutdownNow();
      server.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
