package com.ecommerce.user.server.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The address of a mail server, read from {@code smtp://user:pass@host:587} or {@code
 * smtps://user:pass@host:465}. {@link #toString} shows no login.
 *
 * @param implicitTls whether TLS begins with the connection (RFC 8314), as with {@code smtps}
 * @param startTls how a connection that begins in plain text goes on
 */
public record SmtpUrl(
    String host, int port, boolean implicitTls, StartTls startTls, Optional<Login> login) {
  private static final Set<String> SCHEMES = Set.of("smtp", "smtps");
  private static final String EXPECTED = "smtp://user:pass@host:587 or smtps://user:pass@host:465";
  private static final int SUBMISSION_PORT = 587;
  private static final int SUBMISSIONS_PORT = 465;

  /** The use of STARTTLS (RFC 3207). */
  public enum StartTls {
    /**
     * Use it where the server offers it, the default; {@code ?starttls=offered}. Where it does not,
     * or someone in between hides the offer, mails and login travel readable.
     */
    OFFERED,
    /** Send nothing without it; {@code ?starttls=required}. */
    REQUIRED,
    /**
     * Do without, as for a server on the same machine whose certificate nobody can check; {@code
     * ?starttls=never}.
     */
    NEVER
  }

  /** The credentials for the mail server. */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[masked]";
    }
  }

  /**
   * Special characters in user and password are written percent-encoded.
   *
   * @throws IllegalArgumentException with a message that names no secret
   */
  public static SmtpUrl parse(String text) {
    var parts =
        UrlParts.parse(text, UrlParts.Login.RAW)
            .filter(SmtpUrl::isForm)
            .orElseThrow(
                () -> new IllegalArgumentException("not an SMTP URL (expected: " + EXPECTED + ")"));
    boolean implicitTls = parts.scheme().equals("smtps");
    var host = parts.hosts().get(0);
    return new SmtpUrl(
        host.address(),
        host.port().orElse(implicitTls ? SUBMISSIONS_PORT : SUBMISSION_PORT),
        implicitTls,
        startTls(implicitTls, parts.query()),
        parts.user().map(user -> login(user, parts.password().orElse(""))));
  }

  private static boolean isForm(UrlParts parts) {
    return SCHEMES.contains(parts.scheme()) && parts.hosts().size() == 1 && parts.path().isEmpty();
  }

  private static Login login(String user, String password) {
    if (user.isEmpty() || password.isEmpty()) {
      throw new IllegalArgumentException(
          "a login without user or password (expected: " + EXPECTED + ")");
    }
    return new Login(user, password);
  }

  private static StartTls startTls(boolean implicitTls, String query) {
    if (query.isEmpty()) {
      return StartTls.OFFERED;
    }
    if (implicitTls) {
      throw new IllegalArgumentException(
          "parameters after smtps:// (expected: none, it is TLS from the start)");
    }
    for (StartTls choice : StartTls.values()) {
      if (query.equals("starttls=" + choice.name().toLowerCase(Locale.ROOT))) {
        return choice;
      }
    }
    throw new IllegalArgumentException(
        "unknown parameters (expected: starttls=offered, starttls=required or starttls=never)");
  }

  @Override
  public String toString() {
    return (implicitTls ? "smtps://" : "smtp://") + host + ":" + port;
  }
}
