package com.ecommerce.user.server.database.eventloop;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** Translates a JDBC URL to options of the Vert.x driver, as far as that driver supports them. */
public final class JdbcUrl {
  /**
   * The parameters that mean the same to both drivers, or do not matter for connections of event
   * loops.
   */
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
   * Returns the options to connect with, which are to be tried in order; empty when the URL has
   * several hosts, or a parameter that the driver of Vert.x does not have, such as a client
   * certificate.
   */
  public static List<PgConnectOptions> options(
      String jdbcUrl, Optional<String> user, Optional<String> password) {
    var properties = Driver.parseURL(jdbcUrl, null);
    if (properties == null || !KNOWN.containsAll(properties.stringPropertyNames())) {
      return List.of();
    }
    String host = PGProperty.PG_HOST.getOrDefault(properties);
    if (host.contains(",")) {
      return List.of();
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

  /**
   * Returns the options for the URL's sslmode. When the driver itself prefers TLS or plaintext, it
   * leaves the connection of its first attempt open, so there are two choices instead.
   */
  private static List<PgConnectOptions> withTls(PgConnectOptions options, Properties properties) {
    String mode = PGProperty.SSL_MODE.getOrDefault(properties);
    String rootCertificate = PGProperty.SSL_ROOT_CERT.getSetString(properties);
    var plain = new PgConnectOptions(options).setSslMode(SslMode.DISABLE);
    return switch (mode == null ? "prefer" : mode) {
      case "disable" -> List.of(plain);
      case "allow" -> List.of(plain, trustingAll(options));
      case "prefer" -> List.of(trustingAll(options), plain);
      case "require" -> List.of(trustingAll(options));
      case "verify-ca" -> trusting(rootCertificate, options, SslMode.VERIFY_CA, "");
      case "verify-full" -> trusting(rootCertificate, options, SslMode.VERIFY_FULL, "HTTPS");
      default -> List.of();
    };
  }

  private static PgConnectOptions trustingAll(PgConnectOptions options) {
    return new PgConnectOptions(options)
        .setSslMode(SslMode.REQUIRE)
        .setSslOptions(
            new ClientSSLOptions().setTrustAll(true).setHostnameVerificationAlgorithm(""));
  }

  /**
   * Returns the options to verify the server's certificate; none if the URL does not name the root
   * certificate, since the JDBC driver then looks for it in places of its own.
   */
  private static List<PgConnectOptions> trusting(
      String rootCertificate, PgConnectOptions options, SslMode mode, String verification) {
    if (rootCertificate == null) {
      return List.of();
    }
    return List.of(
        options
            .setSslMode(mode)
            .setSslOptions(
                new ClientSSLOptions()
                    .setTrustOptions(new PemTrustOptions().addCertPath(rootCertificate))
                    .setHostnameVerificationAlgorithm(verification)));
  }
}
