package com.ecommerce.user.server.config;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * The URL of a database: {@code postgresql://user:pass@host:port/db?param=value}, or the same with
 * the scheme {@code postgres:} or {@code jdbc:postgresql:}, and with one host or several. {@link
 * #toString} shows no password.
 *
 * @param jdbcUrl the URL for the JDBC driver, without user and password
 */
public record DatabaseUrl(String jdbcUrl, Optional<String> user, Optional<String> password) {
  private static final Set<String> SCHEMES =
      Set.of("postgresql", "postgres", "jdbc:postgresql", "jdbc:postgres");

  /** A slash or an at sign in the name must be percent-encoded. */
  private static final Pattern DATABASE = Pattern.compile("[^/@\\s]+");

  /** The values that messages may repeat. */
  private static final Pattern PRINTABLE = Pattern.compile("[\\w.-]{1,60}");

  private static final Pattern TIMEOUT =
      Pattern.compile(
          "(?<=[?&])(?:connectTimeout|loginTimeout|socketTimeout|sslResponseTimeout)=[^&]*(?:&|$)");

  private static final Pattern HAS_PORT = Pattern.compile("[^:]:\\d+$");
  private static final int DEFAULT_PORT = 5432;

  private static final String EXPECTED = "postgresql://user:pass@host:port/db";

  /** The names of the JDBC driver for parameters that libpq names differently. */
  private static final Map<String, String> JDBC_NAMES =
      Map.of(
          "application_name", "ApplicationName",
          "connect_timeout", "connectTimeout",
          "channel_binding", "channelBinding",
          "keepalives", "tcpKeepAlive",
          "target_session_attrs", "targetServerType");

  private static final Map<String, String> SWITCHES = Map.of("1", "true", "0", "false");

  private static final Map<String, String> SERVER_TYPES =
      Map.of(
          "read-write", "primary",
          "read-only", "secondary",
          "standby", "secondary",
          "prefer-standby", "preferSecondary");

  private static final Set<String> SSL_MODES = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  static {
    SSL_MODES.addAll(Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"));
  }

  private static final Set<String> KNOWN_SERVER_TYPES =
      Set.of(
          "any",
          "primary",
          "master",
          "secondary",
          "slave",
          "preferPrimary",
          "preferSecondary",
          "preferSlave");

  /**
   * Parses a URL.
   *
   * @throws IllegalArgumentException if it is not a URL of PostgreSQL that the driver accepts; the
   *     message contains no secret
   */
  public static DatabaseUrl parse(String text) {
    var parts =
        UrlParts.parse(text, UrlParts.Login.ENCODED)
            .filter(found -> SCHEMES.contains(found.scheme()))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "not a PostgreSQL URL (expected: " + EXPECTED + ")"));
    Map<String, String> parameters = parameters(parts.query());
    var user = parts.user().or(() -> Optional.ofNullable(parameters.get("user")));
    var password = parts.password().or(() -> Optional.ofNullable(parameters.get("password")));
    parameters.keySet().removeAll(Set.of("user", "password"));
    String database = parts.path();
    if (database.isEmpty()) {
      throw new IllegalArgumentException("no database named (expected: " + EXPECTED + ")");
    }
    UrlParts.decoded(database);
    if (!DATABASE.matcher(database).matches()) {
      throw new IllegalArgumentException(
          "unescaped characters (expected: user, password and database percent-encoded)");
    }
    String url = "jdbc:postgresql://" + hosts(parts.hosts()) + "/" + database + query(parameters);
    if (Driver.parseURL(url, null) == null) {
      throw new IllegalArgumentException(
          "not accepted by the PostgreSQL driver (expected: " + EXPECTED + ")");
    }
    return new DatabaseUrl(
        url, user.filter(name -> !name.isEmpty()), password.filter(word -> !word.isEmpty()));
  }

  private static String hosts(List<UrlParts.Host> hosts) {
    return hosts.isEmpty()
        ? "localhost"
        : hosts.stream().map(UrlParts.Host::toString).collect(Collectors.joining(","));
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new TreeMap<>();
    if (query.isEmpty()) {
      return parameters;
    }
    for (String parameter : query.split("&")) {
      String[] parts = parameter.split("=", 2);
      if (parts.length < 2) {
        throw new IllegalArgumentException("a parameter without a value (expected: ?param=value)");
      }
      String name = UrlParts.decoded(parts[0]);
      parameters.put(
          JDBC_NAMES.getOrDefault(name, name), jdbcValue(name, UrlParts.decoded(parts[1])));
    }
    requireKnown(parameters, PGProperty.SSL_MODE.getName(), SSL_MODES);
    requireKnown(parameters, PGProperty.TARGET_SERVER_TYPE.getName(), KNOWN_SERVER_TYPES);
    return parameters;
  }

  private static String jdbcValue(String name, String value) {
    return switch (name) {
      case "target_session_attrs" -> SERVER_TYPES.getOrDefault(value, value);
      case "keepalives" -> SWITCHES.getOrDefault(value, value);
      default -> value;
    };
  }

  private static void requireKnown(Map<String, String> parameters, String name, Set<String> known) {
    String value = parameters.get(name);
    if (value != null && !known.contains(value)) {
      throw new IllegalArgumentException(
          name
              + (PRINTABLE.matcher(value).matches() ? " " + value : "")
              + " (expected: one of "
              + String.join(", ", new TreeSet<>(known))
              + ")");
    }
  }

  private static String query(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
        .collect(Collectors.joining("&", parameters.isEmpty() ? "" : "?", ""));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Returns the name of the database as it is written in the URL. */
  public String database() {
    return toString().replaceFirst(".*/", "");
  }

  /** Returns the value of a parameter of the JDBC driver; empty if the URL does not have it. */
  public Optional<String> parameter(PGProperty name) {
    return Optional.ofNullable(Driver.parseURL(jdbcUrl, null)).map(name::getSetString);
  }

  /** Returns the same URL without timeouts, which would override those of the caller. */
  public DatabaseUrl withoutTimeouts() {
    return new DatabaseUrl(TIMEOUT.matcher(jdbcUrl).replaceAll(""), user, password);
  }

  /**
   * Returns the name of the database with its hosts and their ports, such as {@code users on
   * db.internal:5432}.
   */
  public String place() {
    String hosts = toString().replaceFirst("^postgresql://(.*)/.*$", "$1");
    return Stream.of(hosts.split(","))
        .map(host -> HAS_PORT.matcher(host).find() ? host : host + ":" + DEFAULT_PORT)
        .collect(Collectors.joining(", ", database() + " on ", ""));
  }

  @Override
  public String toString() {
    // Parameters may be secrets, too.
    return jdbcUrl.substring("jdbc:".length()).replaceFirst("\\?.*", "");
  }
}
