package com.ecommerce.user.server.config;

import java.util.Locale;
import java.util.Optional;

/**
 * The settings of the service, in the order of the manual. The name of a constant is the
 * environment variable. This is the only list: the command line is made from it, and tests compare
 * the help pages and the table in docs/configuration.md with it. Links in the texts are relative to
 * that page.
 *
 * <p>A setting that may contain a secret has no flag, since every user of a machine can read the
 * command lines of its processes. Its value can be in a file instead, which has a flag. The
 * database URL has a flag, too, for historical reasons.
 */
public enum Setting {
  GRPC_PORT("--port", "N", "50051", "gRPC port; 0 takes a free one"),
  GRPC_MAX_WORKERS("--workers", "N", "10", "RPC handlers that run concurrently"),
  REST_PORT("N", "8000", "REST port; 0 takes a free one; -1, or `--no-rest`, turns REST off"),
  BIND_ADDRESS(
      "--bind",
      "ADDRESS",
      "loopback with the embedded database, else all interfaces",
      "address to listen on"),
  DATABASE_URL(
      "URL",
      "none: embedded",
      "`postgresql://user:pass@host:port/db?param=value`, also `postgres://` and "
          + "`jdbc:postgresql://`, with one host or several. Put a URL that contains a password into "
          + "the variable or a file"),
  DATABASE_URL_FILE("FILE", "none", "a file that contains the database URL"),
  DATABASE_READ_URL(
      "",
      "",
      "none",
      "the URL of a replica from which lists and searches read; see "
          + "[deployment.md](deployment.md#replicas)"),
  DATABASE_READ_URL_FILE("FILE", "none", "a file that contains the URL of the replica"),
  DATABASE_POOL_SIZE(
      "N",
      "as many as workers",
      "connections in the pool; one more is used for health checks, and one to read the changes "
          + "of other instances"),
  DATABASE_LOOP_CONNECTIONS(
      "N",
      "one for each core, 8 at most",
      "connections outside the pool, opened on demand, over which that many of gRPC's event "
          + "loops (there is one for each core) read users by id and email; 0: these reads use the "
          + "pool. They also use the pool if DATABASE_URL has several hosts, `sslmode=verify-…` "
          + "without `sslrootcert`, or parameters other than these, keep-alive, timeouts and the "
          + "application name"),
  DATABASE_CONNECT_TIMEOUT_SECONDS(
      "N",
      "10",
      "how long the startup tries to reach the database, see [database.md](database.md)"),
  DATA_DIR(
      "DIR",
      "`data`",
      "the directory of the embedded database and mail files; it must belong to the "
          + "service alone, see [data-directory.md](data-directory.md)"),
  SMTP_URL(
      "",
      "",
      "none: each mail becomes an `.eml` file in DATA_DIR/mail",
      "`smtp://user:pass@host:587` (STARTTLS if the server offers it; `?starttls=required` "
          + "or `never`), `smtps://user:pass@host:465`"),
  SMTP_URL_FILE("FILE", "none", "a file that contains the URL of the mail server"),
  MAIL_FROM(
      "MAILBOX",
      "`no-reply@localhost`",
      "the sender of mails, also with a name: `Example Shop <no-reply@shop.example>`"),
  PUBLIC_BASE_URL(
      "URL",
      "`http://localhost:` and the REST port (8000 if that is 0 or REST is off), "
          + "`https` with TLS",
      "the URL under which clients reach REST. Links in mails and, if it is set, in lists begin "
          + "with it; its path is put before those in `Location` and problems"),
  CORS_ALLOWED_ORIGINS(
      "LIST",
      "none",
      "the origins whose pages may call REST, comma-separated, such as "
          + "`https://shop.example`; or `*`"),
  REST_UNKNOWN_FIELDS(
      "NAME",
      "`reject`",
      "`reject`: fields of a REST body that the operation does not know are an error; `ignore`: "
          + "they are ignored"),
  MAIL_TEMPLATES("DIR", "none", "a directory whose files replace or add mail templates"),
  EMAIL_VERIFICATION_LIFETIME_HOURS("N", "24", "how long the link that verifies an email is valid"),
  PASSWORD_RESET_LIFETIME_MINUTES("N", "60", "how long the link to set a new password is valid"),
  PASSWORD_HASH(
      "NAME",
      "`bcrypt`",
      "`bcrypt`, or `argon2id` (19 MiB, 2 passes), which is as safe and allows about ten "
          + "times as many logins per second"),
  PASSWORD_BCRYPT_COST("N", "12", "the cost of bcrypt, 4 to 16"),
  AUTH_MODE(
      "MODE",
      "`off` on loopback; must be set on other addresses",
      "`required`: every gRPC call needs a token and the right to make the call; `off`: "
          + "gRPC calls without a token may do everything"),
  REGISTRATION_HIDES_ACCOUNTS(
      "BOOLEAN",
      "`false`",
      "`true`: a registration does not reveal whether the email is taken; see "
          + "[account-protection.md](account-protection.md#hiding-which-addresses-have-accounts)"),
  JWT_SECRET(
      "",
      "",
      "none: ES256, with keys generated and kept in the database",
      "turns on HS256 with this secret of at least 32 bytes. Anyone who knows it can sign "
          + "tokens for any user or service; see [access-tokens.md](access-tokens.md#jwt_secret)"),
  JWT_SECRET_FILE("FILE", "none", "a file that contains the secret"),
  JWT_ACCESS_TOKEN_LIFETIME("N", "15", "how long an access token is valid: minutes, 1 to 1440"),
  JWT_REFRESH_TOKEN_LIFETIME(
      "N", "7", "how long a session lasts if it is not refreshed: days, 1 to 90"),
  JWT_ISSUER(
      "TEXT",
      "`user-service`",
      "the claim `iss` of access tokens; tokens with another one are refused"),
  JWT_AUDIENCE(
      "TEXT",
      "`ecommerce`",
      "the claim `aud` of access tokens; tokens with another one are refused"),
  TLS_CERT_FILE(
      "FILE",
      "none: plaintext",
      "the certificate chain in PEM, the server's certificate first; turns on TLS for gRPC and "
          + "REST; see [security.md](security.md#tls)"),
  TLS_KEY_FILE("FILE", "none", "the private key of the server's certificate, in PEM"),
  TLS_CLIENT_CA_FILE(
      "FILE", "none", "the authorities that sign client certificates, in PEM; turns on mutual TLS"),
  TLS_CLIENT_AUTH(
      "MODE",
      "`required`",
      "with TLS_CLIENT_CA_FILE, which clients must present a certificate: `required` (all), `grpc` "
          + "(those of gRPC), `optional` (none)"),
  TLS_SERVICE_NAMES(
      "LIST",
      "none",
      "the names, comma-separated, whose client certificates authenticate as a service"),
  TRUSTED_PROXIES(
      "LIST",
      "none",
      "the networks, comma-separated, whose `x-forwarded-for` is trusted; the log warns once "
          + "if others send the header"),
  RATE_LIMIT_PER_SECOND(
      "N",
      "0: no limit",
      "calls per second for each caller, all methods together; see [limits.md](limits.md#rate-limits)"),
  RATE_LIMIT_BURST("N", "twice the rate", "how many of these calls may come at once"),
  RATE_LIMIT_METHODS(
      "LIST",
      "see [limits.md](limits.md#rate-limits)",
      "limits of single methods: `Login=10/s:50,SearchUsers=300/m,CreateUser=none`; `none` "
          + "alone turns them all off"),
  REDIS_URL(
      "",
      "",
      "none: each instance counts on its own",
      "the Redis (5 or later) in which instances share the limits: "
          + "`redis://user:pass@host:6379/0`, or `rediss://` for TLS with a certificate that Java "
          + "trusts"),
  REDIS_URL_FILE("FILE", "none", "a file that contains the URL of Redis"),
  CACHE_MEGABYTES(
      "N",
      "three tenths of the heap",
      "the memory for cached users, about 300 to 400 bytes each; 0 turns the cache off; at most "
          + "half of the heap"),
  SHUTDOWN_DELAY_SECONDS(
      "N",
      "0",
      "how long the service still accepts calls after SIGTERM, while health reports NOT_SERVING"),
  SHUTDOWN_GRACE_SECONDS("N", "10", "how long running calls may then take to finish"),
  GRPC_MAX_CONNECTION_AGE_SECONDS(
      "N",
      "0: none",
      "the age of a connection at which its client is asked to reconnect, between calls, so that "
          + "it finds new instances"),
  GRPC_MAX_MESSAGE_BYTES(
      "N",
      "52428800",
      "the largest gRPC message that the transport accepts, in bytes as sent; each method "
          + "has a smaller limit of its own"),
  GRPC_MAX_CONNECTIONS(
      "N",
      "one for each 128 KiB of heap, 1000 to 20000",
      "concurrent gRPC connections; at the limit, a new one replaces an idle one"),
  GRPC_MAX_CONNECTIONS_PER_NETWORK(
      "N",
      "a quarter of GRPC_MAX_CONNECTIONS",
      "concurrent gRPC connections of one client network (an IPv4 address or IPv6 /64); "
          + "TRUSTED_PROXIES are exempt"),
  METRICS_PORT(
      "N",
      "9464, or a free one if that is in use",
      "port of metrics and probes; 0 takes a free one, -1 turns them off"),
  LOG_LEVEL("LEVEL", "INFO", "how much the service logs: TRACE, DEBUG, INFO, WARN or ERROR"),
  LOG_FORMAT(
      "FORMAT",
      "`text`",
      "`text`, or `json` with one object per line; see [operations.md](operations.md#logs)");

  private static final String FILE_SUFFIX = "_FILE";

  private final String flag;
  private final String valueName;
  private final String preset;
  private final String meaning;

  /** Creates a setting whose flag is the variable in lower case with hyphens. */
  Setting(String valueName, String preset, String meaning) {
    this.flag = flagByRule();
    this.valueName = valueName;
    this.preset = preset;
    this.meaning = meaning;
  }

  Setting(String flag, String valueName, String preset, String meaning) {
    this.flag = flag;
    this.valueName = valueName;
    this.preset = preset;
    this.meaning = meaning;
  }

  /**
   * Returns the flag that follows from the variable's name, even if the setting has another flag or
   * none.
   */
  public String flagByRule() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the flag, such as {@code --port}; empty if there is none. */
  public Optional<String> flag() {
    return Optional.of(flag).filter(name -> !name.isEmpty());
  }

  /** Returns the name of the environment variable. */
  public String variable() {
    return name();
  }

  /** Returns the name in messages: {@code --port (GRPC_PORT)}, or the variable alone. */
  public String title() {
    return flag.isEmpty() ? name() : flag + " (" + name() + ")";
  }

  /** Returns the placeholder for the value on help pages, such as {@code N}. */
  public String valueName() {
    return valueName;
  }

  /** Returns a description of the default, in Markdown. */
  public String preset() {
    return preset;
  }

  /** Returns the default as it would be set, if the description of the default begins with that. */
  String presetText() {
    return preset.replace("`", "").replaceFirst(":.*", "");
  }

  /** Returns a description of the setting, in Markdown. */
  public String meaning() {
    return meaning;
  }

  /**
   * Returns the setting for a file that contains the value of this one.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Setting file() {
    return valueOf(name() + FILE_SUFFIX);
  }

  /** Returns the name in messages, as {@link #title}. */
  @Override
  public String toString() {
    return title();
  }
}
