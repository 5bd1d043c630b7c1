package com.ecommerce.user.server.config;

import java.util.Locale;
import java.util.Optional;

/**
 * The settings of the service, in the order in which the manual lists them. The name of a constant
 * is the environment variable. This is the only list: the command line, the help pages, and the
 * table in README.md are made from it or compared with it by tests.
 *
 * <p>A setting that may contain a secret has no flag, since every user of a machine can read the
 * command lines of its processes. It has a file instead, whose name may be a flag. The database URL
 * has all three for historical reasons.
 */
public enum Setting {
  GRPC_PORT("--port", "N", "50051", "gRPC port; 0 takes a free one"),
  GRPC_MAX_WORKERS("--workers", "N", "10", "RPC handlers that run at once"),
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
          + "`jdbc:postgresql://`; several hosts allowed. One with a password belongs into the "
          + "variable or a file"),
  DATABASE_URL_FILE("FILE", "none", "a file that contains the database URL"),
  DATABASE_READ_URL(
      "",
      "",
      "none",
      "a replica, which lists and searches then read; see [PgBouncer and "
          + "replicas](#pgbouncer-and-replicas)"),
  DATABASE_READ_URL_FILE("FILE", "none", "a file that contains the URL of the replica"),
  DATABASE_POOL_SIZE(
      "N",
      "as many as workers",
      "connections; one more is used for health checks and to follow other instances"),
  DATABASE_LOOP_CONNECTIONS(
      "N",
      "one for each core, 8 at most",
      "connections beside the pool, over which as many of gRPC's event loops (there is one "
          + "for each core) read users by id and email; opened when wanted; 0: over the pool. "
          + "Also over the pool when DATABASE_URL has several hosts, `sslmode=verify-…` without "
          + "`sslrootcert`, or parameters other than these, keep-alive, time-outs and the "
          + "application's name"),
  DATABASE_CONNECT_TIMEOUT_SECONDS("N", "10", "how long a start waits for the database"),
  DATA_DIR(
      "DIR",
      "`data`",
      "the directory of the embedded database and mail files; it must belong to the "
          + "service alone, see [docs/data-directory.md](docs/data-directory.md)"),
  SMTP_URL(
      "",
      "",
      "none: each mail becomes an `.eml` file in DATA_DIR/mail",
      "`smtp://user:pass@host:587` (STARTTLS where offered; `?starttls=required` or "
          + "`never`), `smtps://user:pass@host:465`"),
  SMTP_URL_FILE("FILE", "none", "a file that contains the URL of the mail server"),
  MAIL_FROM(
      "MAILBOX", "`no-reply@localhost`", "sender, also as `Example Shop <no-reply@shop.example>`"),
  PUBLIC_BASE_URL(
      "URL",
      "`http://localhost:` and the REST port (8000 where that is 0 or REST is off), "
          + "`https` with TLS",
      "where REST is reached: what the links in mails and, if it is set, in lists begin "
          + "with; its path comes before those in `Location` and problems"),
  CORS_ALLOWED_ORIGINS(
      "LIST",
      "none",
      "whose pages may call REST: `https://shop.example`, several with commas between, or "
          + "`*`"),
  REST_UNKNOWN_FIELDS(
      "NAME",
      "`reject`",
      "`reject`: fields of a REST body that the operation does not know are an error; `ignore`: "
          + "they are ignored"),
  MAIL_TEMPLATES("DIR", "none", "a folder whose files replace and add to the mails' templates"),
  EMAIL_VERIFICATION_LIFETIME_HOURS("N", "24", "how long the link that verifies an email works"),
  PASSWORD_RESET_LIFETIME_MINUTES("N", "60", "how long the link to set a new password works"),
  PASSWORD_HASH(
      "NAME",
      "`bcrypt`",
      "`bcrypt`, or `argon2id` (19 MiB, 2 passes): as safe, and some ten times the logins "
          + "a second"),
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
          + "[docs/hidden-accounts.md](docs/hidden-accounts.md)"),
  JWT_SECRET(
      "",
      "",
      "none: ES256, with keys generated and kept in the database",
      "HS256 with this secret of at least 32 bytes. Whoever knows it can sign tokens of "
          + "any user and service; see [docs/access-tokens.md](docs/access-tokens.md)"),
  JWT_SECRET_FILE("FILE", "none", "a file that contains the secret"),
  JWT_ACCESS_TOKEN_LIFETIME("N", "15", "how long an access token is valid: minutes, 1 to 1440"),
  JWT_REFRESH_TOKEN_LIFETIME("N", "7", "how long a session may rest: days, 1 to 90"),
  JWT_ISSUER("TEXT", "`user-service`", "the claim `iss`, which must match"),
  JWT_AUDIENCE("TEXT", "`ecommerce`", "the claim `aud`, which must match"),
  TLS_CERT_FILE(
      "FILE",
      "none: plaintext",
      "certificates in PEM, that of the server first: TLS on gRPC and REST; see [TLS](#tls)"),
  TLS_KEY_FILE("FILE", "none", "its private key in PEM"),
  TLS_CLIENT_CA_FILE("FILE", "none", "who signs the certificates of clients, in PEM: mutual TLS"),
  TLS_CLIENT_AUTH(
      "MODE",
      "`required`",
      "with TLS_CLIENT_CA_FILE: who must show one: `required`, `grpc` (REST may), " + "`optional`"),
  TLS_SERVICE_NAMES(
      "LIST", "none", "with commas between: whose certificates are those of services"),
  TRUSTED_PROXIES(
      "LIST",
      "none",
      "comma-separated networks whose `x-forwarded-for` is trusted; the log warns once "
          + "when others send the header"),
  RATE_LIMIT_PER_SECOND(
      "N",
      "0: no limit",
      "calls a second of one caller, all methods together; see [Rate limits](#rate-limits)"),
  RATE_LIMIT_BURST("N", "twice that", "how many of them may come at once"),
  RATE_LIMIT_METHODS(
      "LIST",
      "see [Rate limits](#rate-limits)",
      "limits of single methods: `Login=10/s:50,SearchUsers=300/m,CreateUser=none`; `none` "
          + "alone is none at all"),
  REDIS_URL(
      "",
      "",
      "none: each instance counts for itself",
      "shares the limits: `redis://user:pass@host:6379/0`, `rediss://` with TLS and a "
          + "certificate that Java trusts; Redis 5 or later"),
  REDIS_URL_FILE("FILE", "none", "a file that contains the URL of Redis"),
  CACHE_MEGABYTES(
      "N",
      "three tenths of the heap",
      "what copies of users may take in memory, at some 300 to 400 bytes a user; 0 keeps "
          + "none, half of the heap is the most"),
  SHUTDOWN_DELAY_SECONDS(
      "N", "0", "how long calls are still taken at a stop, while health says NOT_SERVING"),
  SHUTDOWN_GRACE_SECONDS("N", "10", "how long running calls may take to finish after that"),
  GRPC_MAX_CONNECTION_AGE_SECONDS(
      "N",
      "0: none",
      "when clients are told to connect anew, between calls, and so find new instances"),
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
      "9464, or a free one where that is in use",
      "metrics and probes; 0 takes a free one, -1 turns them off"),
  LOG_LEVEL("LEVEL", "INFO", "how much the service logs: TRACE, DEBUG, INFO, WARN or ERROR"),
  LOG_FORMAT("FORMAT", "`text`", "`text`, or `json`: one object a line; see [Logs](#logs)");

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

  /** Returns the flag that the variable's name gives, whether or not it is the setting's flag. */
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

  /** Returns the word for the value on help pages, such as {@code N}. */
  public String valueName() {
    return valueName;
  }

  /** Returns what holds if the setting is not set, in Markdown. */
  public String preset() {
    return preset;
  }

  /** Returns what is set, in Markdown. */
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
