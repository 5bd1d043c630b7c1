package com.ecommerce.user.server;

import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.testing.TestAuthority;
import com.ecommerce.user.server.testing.TestAuthority.Identity;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** The server with TLS on free ports of this machine, and clients that trust its authority. */
final class TlsTestServer implements AutoCloseable {
  private final TestAuthority authority = new TestAuthority("Servers");
  private final TestAuthority clientAuthority = new TestAuthority("Clients");
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final Path certificate;
  private final Path key;
  private final Map<String, String> environment;
  private final UserServiceServer server;

  /**
   * @param more settings beyond the server's certificate and key
   */
  TlsTestServer(TestDatabase database, Path directory, Map<String, String> more) {
    certificate = directory.resolve("cert.pem");
    key = directory.resolve("key.pem");
    Path clients = directory.resolve("clients.pem");
    environment =
        new HashMap<>(
            Map.of(
                "DATABASE_URL",
                database.jdbcUrl(),
                "DATA_DIR",
                directory.toString(),
                "BIND_ADDRESS",
                "localhost",
                "GRPC_PORT",
                "0",
                "REST_PORT",
                "0",
                "METRICS_PORT",
                "-1",
                "PASSWORD_BCRYPT_COST",
                "4",
                "TLS_CERT_FILE",
                certificate.toString(),
                "TLS_KEY_FILE",
                key.toString()));
    environment.putAll(more);
    environment.computeIfPresent("TLS_CLIENT_CA_FILE", (name, value) -> clients.toString());
    try {
      authority.server().write(certificate, key);
      Files.writeString(clients, TestAuthority.pem(clientAuthority.certificate()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server =
        UserServiceServer.start(
            ServerSettings.read(Map.of(), environment),
            new PrintStream(OutputStream.nullOutputStream()));
  }

  TestAuthority authority() {
    return authority;
  }

  /** Returns the authority that signs the certificates of clients, if the settings require them. */
  TestAuthority clientAuthority() {
    return clientAuthority;
  }

  Map<String, String> environment() {
    return environment;
  }

  int grpcPort() {
    return server.port();
  }

  int restPort() {
    return server.restPort().orElseThrow();
  }

  /** Overwrites the certificate and its key with others, one file after the other. */
  Identity replaceCertificate() throws IOException {
    return authority.server().write(certificate, key);
  }

  ManagedChannel channel() {
    return channel(trusting());
  }

  /** Returns a channel that presents the client's certificate. */
  ManagedChannel channel(Identity client) {
    return channel(trusting().keyManager(client.key(), client.certificate()));
  }

  private SslContextBuilder trusting() {
    return GrpcSslContexts.forClient().trustManager(authority.certificate());
  }

  private synchronized ManagedChannel channel(SslContextBuilder tls) {
    try {
      var channel =
          NettyChannelBuilder.forAddress("localhost", grpcPort()).sslContext(tls.build()).build();
      channels.add(channel);
      return channel;
    } catch (SSLException unsupported) {
      throw new IllegalStateException(unsupported);
    }
  }

  static HttpClient http(SSLContext context) {
    return HttpClient.newBuilder()
        .sslContext(context)
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(30))
        .build();
  }

  HttpRequest.Builder get(String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + restPort() + path))
        .timeout(Duration.ofSeconds(30));
  }

  @Override
  public synchronized void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.close();
  }
}
