package com.ecommerce.user.server.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a Redis, read from {@code redis://user:pass@host:6379/0}, or {@code rediss:} with
 * TLS. The certificate must be one that Java trusts, for this host. {@link #toString} shows no
 * login.
 *
 * @param user empty for Redis's default user
 * @param password empty for no login
 */
public record RedisUrl(
    boolean tls,
    Optional<String> user,
    Optional<String> password,
    String host,
    int port,
    int database) {
  private static final Pattern FORM =
      Pattern.compile(
          "(rediss?)://(?:(.*)@)?(\\[[0-9a-fA-F:.]+]|[^:/?@\\[\\]\\s]+)(?::(\\d{1,5}))?(?:/(\\d{1,4})?)?");
  private static final String EXPECTED =
      "redis://user:pass@host:6379/0, or rediss:// for TLS; user, password, port and database may be left out";
  private static final int PORT = 6379;

  /**
   * Special characters in user and password are written percent-encoded.
   *
   * @throws IllegalArgumentException with a message that names no secret
   */
  public static RedisUrl parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("not a Redis URL (expected: " + EXPECTED + ")");
    }
    String[] login = form.group(2) == null ? new String[] {"", ""} : login(form.group(2));
    return new RedisUrl(
        form.group(1).equals("rediss"),
        decoded(login[0]),
        decoded(login[1]),
        form.group(3).replaceAll("[\\[\\]]", ""),
        form.group(4) == null ? PORT : port(form.group(4)),
        form.group(5) == null ? 0 : Integer.parseInt(form.group(5)));
  }

  private static String[] login(String userAndPassword) {
    String[] parts = userAndPassword.split(":", 2);
    if (parts.length < 2 || parts[1].isEmpty()) {
      throw new IllegalArgumentException(
          "a login without a password (expected: user:pass@ or :pass@)");
    }
    return parts;
  }

  private static Optional<String> decoded(String text) {
    return Optional.of(PercentEncoding.decode(text)).filter(word -> !word.isEmpty());
  }

  private static int port(String digits) {
    int port = Integer.parseInt(digits);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " (expected: 1 to 65535)");
    }
    return port;
  }

  @Override
  public String toString() {
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return (tls ? "rediss://" : "redis://") + literal + ":" + port + "/" + database;
  }
}
