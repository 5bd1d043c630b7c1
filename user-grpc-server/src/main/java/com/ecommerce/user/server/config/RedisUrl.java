package com.ecommerce.user.server.config;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The URL of a Redis: {@code redis://user:pass@host:6379/0}, or {@code rediss:} for TLS with a
 * certificate for this host that Java trusts. {@link #toString} shows no login.
 *
 * @param user the user; empty for Redis's default user
 * @param password the password; empty if there is no login
 */
public record RedisUrl(
    boolean tls,
    Optional<String> user,
    Optional<String> password,
    String host,
    int port,
    int database) {
  private static final Set<String> SCHEMES = Set.of("redis", "rediss");
  private static final Pattern DATABASE = Pattern.compile("\\d{0,4}");
  private static final String EXPECTED =
      "redis://user:pass@host:6379/0, or rediss:// for TLS; user, password, port and database may be left out";
  private static final int PORT = 6379;

  /**
   * Parses a URL. Special characters in user and password are percent-encoded.
   *
   * @throws IllegalArgumentException if it is not a URL of Redis; the message contains no secret
   */
  public static RedisUrl parse(String text) {
    var parts =
        UrlParts.parse(text, UrlParts.Login.RAW)
            .filter(RedisUrl::isForm)
            .orElseThrow(
                () -> new IllegalArgumentException("not a Redis URL (expected: " + EXPECTED + ")"));
    if (parts.user().isPresent() && parts.password().orElse("").isEmpty()) {
      throw new IllegalArgumentException(
          "a login without a password (expected: user:pass@ or :pass@)");
    }
    var host = parts.hosts().get(0);
    return new RedisUrl(
        parts.scheme().equals("rediss"),
        parts.user().filter(user -> !user.isEmpty()),
        parts.password(),
        host.address(),
        host.port().orElse(PORT),
        parts.path().isEmpty() ? 0 : Integer.parseInt(parts.path()));
  }

  private static boolean isForm(UrlParts parts) {
    return SCHEMES.contains(parts.scheme())
        && parts.hosts().size() == 1
        && DATABASE.matcher(parts.path()).matches()
        && parts.query().isEmpty();
  }

  @Override
  public String toString() {
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return (tls ? "rediss://" : "redis://") + literal + ":" + port + "/" + database;
  }
}
