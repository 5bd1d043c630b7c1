package com.ecommerce.user.server.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a mail server, read from {@code smtp://user:pass@host:587} or {@code
 * smtps://user:pass@host:465}. {@link #toString} shows no login.
 *
 * @param implicitTls whether TLS begins with the connection (RFC 8314), as with {@code smtps}
 * @param startTls how a connection that begins in plain text goes on
 */
public record SmtpUrl(
    String host, int port, boolean implicitTls, StartTls startTls, Optional<Login> login) {
  private static final Pattern FORM =
      Pattern.compile(
          "(smtps?)://(?:(.*)@)?(\\[[0-9a-fA-F:.]+]|[^:/?@\\[\\]\\s]+)(?::(\\d{1,5}))?/?(?:\\?(.*))?");
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
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("not an SMTP URL (expected: " + EXPECTED + ")");
    }
    boolean implicitTls = form.group(1).equals("smtps");
    String host = form.group(3).replaceAll("[\\[\\]]", "");
    int preset = implicitTls ? SUBMISSIONS_PORT : SUBMISSION_PORT;
    int port = form.group(4) == null ? preset : port(form.group(4));
    var login = Optional.ofNullable(form.group(2)).map(SmtpUrl::login);
    return new SmtpUrl(host, port, implicitTls, startTls(implicitTls, form.group(5)), login);
  }

  private static int port(String digits) {
    int port = Integer.parseInt(digits);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " (expected: 1 to 65535)");
    }
    return port;
  }

  private static Login login(String userAndPassword) {
    String[] parts = userAndPassword.split(":", 2);
    if (parts.length < 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new IllegalArgumentException(
          "a login without user or password (expected: " + EXPECTED + ")");
    }
    return new Login(PercentEncoding.decode(parts[0]), PercentEncoding.decode(parts[1]));
  }

  private static StartTls startTls(boolean implicitTls, String query) {
    if (query == null || query.isEmpty()) {
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
