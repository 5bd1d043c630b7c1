package com.ecommerce.user.server.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The URL of a mail server: {@code smtp://user:pass@host:587} or {@code
 * smtps://user:pass@host:465}. {@link #toString} shows no login.
 *
 * @param implicitTls whether the connection begins with TLS (RFC 8314), as with {@code smtps}
 * @param startTls the use of STARTTLS on a connection that begins in plain text
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
     * STARTTLS is used if the server offers it: the default, or {@code ?starttls=offered}. If the
     * server does not, or if an attacker in between removes the offer, mails and the login are sent
     * in plain text.
     */
    OFFERED,
    /** Nothing is sent without STARTTLS; {@code ?starttls=required}. */
    REQUIRED,
    /**
     * STARTTLS is not used, for example with a server on the same machine whose certificate cannot
     * be verified; {@code ?starttls=never}.
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
   * Parses a URL. Special characters in user and password are percent-encoded.
   *
   * @throws IllegalArgumentException if it is not a URL of a mail server; the message contains no
   *     secret
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
          "parameters with smtps:// (expected: none, since the connection begins with TLS)");
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
