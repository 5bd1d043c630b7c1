package com.ecommerce.user.server.loop;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Says to the driver of Vert.x what a URL says to the driver of JDBC, as far as it knows that. */
public final class JdbcUrl {
  /** They mean the same to both drivers, or nothing to connections of event loops. */
  private static final Set<String> KNOWN =
      Set.of(
          PGProperty.PG_HOST.getName(),
          PGProperty.PG_PORT.getName(),
          PGProperty.PG_DBNAME.getName(),
          PGProperty.APPLICATION_NAME.getName(),
          PGProperty.CONNECT_TIMEOUT.getName(),
          PGProperty.LOGIN_TIMEOUT.getName(),
          PGProperty.SOCKET_TIMEOUT.getName(),
          PGProperty.TCP_KEEP_ALIVE.getName(),
          PGProperty.SSL_MODE.getName(),
          PGProperty.SSL_ROOT_CERT.getName());

  private static final String APPLICATION = "user-service";

  private JdbcUrl() {}

  /**
   * How to connect; empty when the URL has several hosts, or a parameter that the driver of Vert.x
   * does not have, such as a client certificate.
   */
  public static Optional<PgConnectOptions> options(
      String jdbcUrl, Optional<String> user, Optional<String> password) {
    var properties = Driver.parseURL(jdbcUrl, null);
    if (properties == null || !KNOWN.containsAll(properties.stringPropertyNames())) {
      return Optional.empty();
    }
    String host = PGProperty.PG_HOST.getOrDefault(properties);
    if (host.contains(",")) {
      return Optional.empty();
    }
    var name = Optional.ofNullable(PGProperty.APPLICATION_NAME.getSetString(properties));
    var options =
        new PgConnectOptions()
            .setHost(host)
            .setPort(Integer.parseInt(PGProperty.PG_PORT.getOrDefault(properties)))
            .setDatabase(PGProperty.PG_DBNAME.getOrDefault(properties))
            .setUser(user.orElseGet(() -> System.getProperty("user.name")))
            .setPassword(password.orElse(""))
            .setCachePreparedStatements(true)
            .setProperties(
                Map.of("application_name", name.orElse(APPLICATION), "client_encoding", "UTF8"));
    return withTls(options, properties);
  }

  private static Optional<PgConnectOptions> withTls(
      PgConnectOptions options, Properties properties) {
    String mode = PGProperty.SSL_MODE.getOrDefault(properties);
    var rootCertificate = Optional.ofNullable(PGProperty.SSL_ROOT_CERT.getSetString(properties));
    return switch (mode == null ? "prefer" : mode) {
      case "disable" -> Optional.of(options.setSslMode(SslMode.DISABLE));
      case "allow" -> Optional.of(trustingAll(options, SslMode.ALLOW));
      case "prefer" -> Optional.of(trustingAll(options, SslMode.PREFER));
      case "require" -> Optional.of(trustingAll(options, SslMode.REQUIRE));
      case "verify-ca" ->
          rootCertificate.map(file -> trusting(file, options, SslMode.VERIFY_CA, ""));
      case "verify-full" ->
          rootCertificate.map(file -> trusting(file, options, SslMode.VERIFY_FULL, "HTTPS"));
      default -> Optional.empty();
    };
  }

  private static PgConnectOptions trustingAll(PgConnectOptions options, SslMode mode) {
    return options
        .setSslMode(mode)
        .setSslOptions(
            new ClientSSLOptions().setTrustAll(true).setHostnameVerificationAlgorithm(""));
  }

  private static PgConnectOptions trusting(
      String file, PgConnectOptions options, SslMode mode, String verification) {
    return options
        .setSslMode(mode)
        .setSslOptions(
            new ClientSSLOptions()
                .setTrustOptions(new PemTrustOptions().addCertPath(file))
                .setHostnameVerificationAlgorithm(verification));
  }
}
