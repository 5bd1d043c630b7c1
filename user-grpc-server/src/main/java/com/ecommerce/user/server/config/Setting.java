package com.ecommerce.user.server.config;

import static com.ecommerce.user.server.config.SettingType.bool;
import static com.ecommerce.user.server.config.SettingType.choice;
import static com.ecommerce.user.server.config.SettingType.number;
import static com.ecommerce.user.server.config.SettingType.secret;
import static com.ecommerce.user.server.config.SettingType.text;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.brand.Brand;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.internal.concurrent.ConnectionTable;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.core.mail.Languages;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.rest.json.UnknownFields;
import com.ecommerce.user.rest.page.PageSettings;
import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogLevel;
import com.ecommerce.user.server.tls.ClientCertificates;
import com.ecommerce.user.server.transport.TransportLimits;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The table of settings, in the order of the manual. The name of a constant is the environment
 * variable; beside it are the group, the type with its limits and default, and a description. The
 * command line, the log of a start and the values that {@link SettingReader} accepts are made from
 * this table, and tests compare the help pages, docs/configuration.md and the defaults of the core
 * with it. Links in the texts are relative to that page.
 *
 * <p>A setting that may contain a secret has no flag, since every user of a machine can read the
 * command lines of its processes. Its value can be in a file instead, which has a flag. The
 * database URL has a flag, too, for historical reasons.
 */
public enum Setting {
  GRPC_PORT(
      Group.NETWORK, "--port", number(50_051, 0, 65_535), "the port of gRPC; 0 takes a free one"),
  REST_PORT(
      Group.NETWORK,
      number(8_000, -1, 65_535),
      "the port of REST; 0 takes a free one; -1, or `--no-rest`, turns REST off"),
  BIND_ADDRESS(
      Group.NETWORK,
      "--bind",
      text("ADDRESS").defaultsTo("loopback with the embedded database, else all interfaces"),
      "the address to listen on"),
  GRPC_MAX_WORKERS(
      Group.NETWORK,
      "--workers",
      number(10, 1, 1_000),
      "the number of threads for calls that may wait for the database"),
  GRPC_MAX_CONNECTION_AGE_SECONDS(
      Group.NETWORK,
      number(0, 0, 86_400).in("seconds").note("no limit"),
      "the age of a connection at which its client is asked to reconnect, between calls, so that "
          + "it finds new instances"),

  DATABASE_URL(
      Group.DATABASE,
      "--database-url",
      secret("URL").note("an embedded PostgreSQL"),
      "the database: `postgresql://user:pass@host:port/db?param=value`, also `postgres://` and "
          + "`jdbc:postgresql://`, with one host or several. Put a URL that contains a password "
          + "into the variable or a file"),
  DATABASE_URL_FILE(Group.DATABASE, text("FILE"), "a file that contains the database URL"),
  DATABASE_READ_URL(
      Group.DATABASE,
      secret("URL"),
      "the URL of a replica from which lists and searches read; see "
          + "[deployment.md](deployment.md#replicas)"),
  DATABASE_READ_URL_FILE(
      Group.DATABASE, text("FILE"), "a file that contains the URL of the replica"),
  DATABASE_POOL_SIZE(
      Group.DATABASE,
      number(reader -> reader.integer(Setting.GRPC_MAX_WORKERS), "as many as workers", 1, 1_000),
      "the number of connections in the pool; one more is used for health checks, and one to read "
          + "the changes of other instances"),
  DATABASE_LOOP_CONNECTIONS(
      Group.DATABASE,
      number(
          // Each takes a connection of the database, of which there are a hundred as a rule.
          reader -> Math.min(Runtime.getRuntime().availableProcessors(), 8),
          "one for each core, at most 8",
          0,
          1_000),
      "the number of connections outside the pool, opened on demand, over which gRPC's event loops "
          + "read users by id and email. There is one loop for each core; loops without a "
          + "connection use the pool. All of them do if DATABASE_URL has several hosts, "
          + "`sslmode=verify-…` without `sslrootcert`, or parameters other than these, keep-alive, "
          + "timeouts and the application name"),
  DATABASE_CONNECT_TIMEOUT_SECONDS(
      Group.DATABASE,
      number(10, 1, 600).in("seconds"),
      "how long a start tries to reach the database; see [database.md](database.md)"),
  EVENT_RETENTION_DAYS(
      Group.DATABASE,
      number((int) UserCore.Builder.DEFAULT_EVENT_RETENTION.toDays(), 1, 36_500).in("days"),
      "the minimum time to keep events; they are dropped a month at a time; see "
          + "[events.md](events.md#retention)"),
  DATA_DIR(
      Group.DATABASE,
      text("DIR", "data"),
      "the directory of the embedded database and of mail files; it must belong to the service "
          + "alone; see [data-directory.md](data-directory.md)"),

  SMTP_URL(
      Group.MAIL,
      secret("URL").note("each mail becomes an `.eml` file in DATA_DIR/mail"),
      "the mail server: `smtp://user:pass@host:587`, which uses STARTTLS if the server offers it "
          + "(`?starttls=required` or `never` changes that), or `smtps://user:pass@host:465`"),
  SMTP_URL_FILE(Group.MAIL, text("FILE"), "a file that contains the URL of the mail server"),
  MAIL_FROM(
      Group.MAIL,
      text("MAILBOX", "no-reply@localhost"),
      "the sender of mails, with or without a name: `Example Shop <no-reply@shop.example>`"),
  MAIL_TEMPLATES(
      Group.MAIL,
      text("DIR"),
      "a directory of mail templates, which replace built-in ones or add languages"),
  DEFAULT_LANGUAGE(
      Group.MAIL,
      choice(Languages.ALL.get(0), Languages.ALL),
      "the language of mails and pages for readers who ask for none that there is"),
  EMAIL_VERIFICATION_LIFETIME_HOURS(
      Group.MAIL,
      number(24, 1, 30 * 24).in("hours"),
      "how long the link that verifies an email is valid"),
  PASSWORD_RESET_LIFETIME_MINUTES(
      Group.MAIL,
      number(60, 1, 24 * 60).in("minutes"),
      "how long the link to set a new password is valid"),

  BRAND_NAME(
      Group.BRAND,
      text("TEXT").defaultsTo("the name in MAIL_FROM"),
      "the name of the shop on pages and in mails; see [branding.md](branding.md)"),
  BRAND_LOGO(
      Group.BRAND,
      text("FILE"),
      "an SVG or PNG image of at most 100 KB, which pages show in place of the name"),
  BRAND_COLOR(
      Group.BRAND,
      text("COLOR", Brand.NONE.color().hex()),
      "the color of buttons and links, in hexadecimal"),
  BRAND_URL(Group.BRAND, text("URL"), "the website of the shop, to which pages and mails lead"),
  BRAND_SUPPORT_EMAIL(
      Group.BRAND, text("EMAIL"), "the address for questions, on pages and in mails"),
  PAGES(
      Group.BRAND,
      choice(PageSettings.Offer.LINKS),
      "the pages for users: `links`, those behind the links in mails; `all`, also those to sign in, "
          + "register and keep the own account; `none`, if another program answers the links; see "
          + "[rest.md](rest.md#pages-for-users)"),
  PAGE_TEMPLATES(
      Group.BRAND,
      text("DIR"),
      "a directory of page templates and a stylesheet, which replace built-in ones"),

  CONSOLE(
      Group.REST,
      choice(List.of("on", "off"))
          .defaultsTo(
              "`on` if only this machine can connect, TRUSTED_PROXIES is not set, and "
                  + "PUBLIC_BASE_URL is not set or has a loopback host; otherwise `off`"),
      "the console for admins and support at `/console`; see [console.md](console.md)"),
  PUBLIC_BASE_URL(
      Group.REST,
      text("URL")
          .defaultsTo(
              "`http://localhost:` and the REST port (its default if that is 0 or REST is off), "
                  + "`https` with TLS"),
      "the URL under which clients reach REST. Links in mails begin with it and, if it is set, so "
          + "do links in lists; the paths in `Location` and in problems begin with its path"),
  CORS_ALLOWED_ORIGINS(
      Group.REST,
      text("LIST"),
      "the origins whose pages may call REST, comma-separated, such as `https://shop.example`; or "
          + "`*` for all"),
  REST_UNKNOWN_FIELDS(
      Group.REST,
      choice(UnknownFields.REJECT),
      "`reject`: a field of a REST body that the operation does not know is an error; `ignore`: "
          + "it is ignored"),

  PASSWORD_HASH(
      Group.AUTHENTICATION,
      choice(HashSettings.Algorithm.BCRYPT),
      "`bcrypt`, or `argon2id` (19 MiB, 2 passes), which is as safe and allows six to seven times "
          + "as many logins per second"),
  PASSWORD_BCRYPT_COST(
      Group.AUTHENTICATION,
      number(12, HashSettings.MIN_BCRYPT_COST, HashSettings.MAX_BCRYPT_COST),
      "the cost of bcrypt; each step doubles the time of a hash"),
  AUTH_MODE(
      Group.AUTHENTICATION,
      choice(AuthMode.OFF).note("on loopback; on other addresses it must be set"),
      "`required`: every gRPC call needs a token and the right to make the call; `off`: gRPC calls "
          + "without a token may do everything"),
  REGISTRATION_HIDES_ACCOUNTS(
      Group.AUTHENTICATION,
      bool(false),
      "`true`: a registration does not reveal whether the email is taken; see "
          + "[account-protection.md](account-protection.md#hiding-which-addresses-have-accounts)"),
  JWT_SECRET(
      Group.AUTHENTICATION,
      secret("TEXT").note("ES256, with keys generated and kept in the database"),
      "turns on HS256 with this secret of at least 32 bytes. Anyone who knows it can sign tokens "
          + "for any user or service; see [access-tokens.md](access-tokens.md#jwt_secret)"),
  JWT_SECRET_FILE(Group.AUTHENTICATION, text("FILE"), "a file that contains the secret"),
  JWT_ACCESS_TOKEN_LIFETIME(
      Group.AUTHENTICATION,
      number(15, 1, 24 * 60).in("minutes"),
      "how long an access token is valid"),
  JWT_REFRESH_TOKEN_LIFETIME(
      Group.AUTHENTICATION,
      number(7, 1, (int) TokenSettings.MAX_SESSION_LIFETIME.toDays()).in("days"),
      "how long a session lasts if it is not refreshed"),
  JWT_ISSUER(
      Group.AUTHENTICATION,
      text("TEXT", "user-service"),
      "the claim `iss` of access tokens; tokens with another one are refused"),
  JWT_AUDIENCE(
      Group.AUTHENTICATION,
      text("TEXT", "ecommerce"),
      "the claim `aud` of access tokens; tokens with another one are refused"),

  TLS_CERT_FILE(
      Group.TLS,
      text("FILE").note("plaintext"),
      "the certificate chain in PEM, the server's certificate first; turns on TLS for gRPC and "
          + "REST; see [security.md](security.md#tls)"),
  TLS_KEY_FILE(Group.TLS, text("FILE"), "the private key of the server's certificate, in PEM"),
  TLS_CLIENT_CA_FILE(
      Group.TLS,
      text("FILE"),
      "the authorities that sign client certificates, in PEM; turns on mutual TLS"),
  TLS_CLIENT_AUTH(
      Group.TLS,
      choice(ClientCertificates.REQUIRED),
      "with TLS_CLIENT_CA_FILE, the clients that must present a certificate: `required` (all), "
          + "`grpc` (those of gRPC) or `optional` (none)"),
  TLS_SERVICE_NAMES(
      Group.TLS,
      text("LIST"),
      "comma-separated names; a client certificate with one of them authenticates a service"),
  TRUSTED_PROXIES(
      Group.TLS,
      text("LIST"),
      "the networks, comma-separated, whose `x-forwarded-for` and `x-forwarded-proto` are trusted; "
          + "the log warns once if others send them"),

  RATE_LIMIT_PER_SECOND(
      Group.LIMITS,
      number(0, 0, Rate.MAX_CALLS).note("no limit"),
      "the calls per second that each caller may make, of all methods together; see "
          + "[limits.md](limits.md#rate-limits)"),
  RATE_LIMIT_BURST(
      Group.LIMITS,
      number(
          reader -> Math.max(1, Rate.usualBurst(reader.integer(Setting.RATE_LIMIT_PER_SECOND))),
          "twice the rate",
          1,
          Rate.MAX_BURST),
      "how many of these calls may come at once"),
  RATE_LIMIT_METHODS(
      Group.LIMITS,
      text("LIST").defaultsTo("see [limits.md](limits.md#rate-limits)"),
      "limits of single methods: `Login=10/s:50,SearchUsers=300/m,CreateUser=none`; `none` alone "
          + "turns them all off"),
  REDIS_URL(
      Group.LIMITS,
      secret("URL").note("each instance counts on its own"),
      "the Redis (5 or later, not a Redis Cluster) in which instances share the limits: "
          + "`redis://user:pass@host:6379/0`, or `rediss://` for TLS with a certificate that Java "
          + "trusts"),
  REDIS_URL_FILE(Group.LIMITS, text("FILE"), "a file that contains the URL of Redis"),
  CACHE_MEGABYTES(
      Group.LIMITS,
      number(
              reader -> CacheSettings.presetMegabytes(),
              "three tenths of the heap",
              0,
              CacheSettings.maxMegabytes())
          .atMost("half of the heap"),
      "the memory for cached users, in megabytes; a megabyte holds about 3,000 users; 0 turns the "
          + "cache off"),
  GRPC_MAX_MESSAGE_BYTES(
      Group.LIMITS,
      number(TransportLimits.DEFAULT_MAX_MESSAGE_BYTES, 1024 * 1024, Integer.MAX_VALUE).in("bytes"),
      "the largest gRPC message that the transport accepts, as it is sent; each method has a "
          + "smaller limit of its own"),
  GRPC_MAX_CONNECTIONS(
      Group.LIMITS,
      number(
          reader -> ConnectionTable.presetMost(),
          "one for each 128 KiB of heap, 1000 to 20000",
          1,
          1_000_000),
      "the maximum number of gRPC connections; when it is reached, a new one replaces an idle "
          + "one"),
  GRPC_MAX_CONNECTIONS_PER_NETWORK(
      Group.LIMITS,
      number(
          reader -> ConnectionTable.presetPerNetwork(reader.integer(Setting.GRPC_MAX_CONNECTIONS)),
          "a quarter of GRPC_MAX_CONNECTIONS",
          1,
          1_000_000),
      "the maximum number of gRPC connections of one client network (an IPv4 address or IPv6 "
          + "/64); TRUSTED_PROXIES are exempt"),

  EVENT_SOURCE(
      Group.EVENTS,
      text("URI", "/user-service"),
      "the attribute `source` of the events that are sent to other systems as CloudEvents"),
  KAFKA_BOOTSTRAP_SERVERS(
      Group.EVENTS,
      text("LIST"),
      "the Kafka that gets all events: `host:9092`, or several brokers, comma-separated; see "
          + "[kafka.md](kafka.md)"),
  KAFKA_TOPIC(Group.EVENTS, text("NAME", "user.events"), "the topic of the events"),
  KAFKA_FROM(
      Group.EVENTS,
      choice(KafkaSettings.Start.NOW),
      "the first event of the topic: `now`, the first one after the first start with Kafka; "
          + "`beginning`, the oldest one that is kept"),
  KAFKA_CONFIG_FILE(
      Group.EVENTS,
      text("FILE"),
      "a file with further properties of Kafka's producer, such as those for TLS and logins"),
  WEBHOOK_ALLOW_PRIVATE(
      Group.EVENTS,
      text("LIST"),
      "the private networks, comma-separated, in which [webhook endpoints](webhooks.md#addresses) may "
          + "be, also without TLS"),

  SHUTDOWN_DELAY_SECONDS(
      Group.SHUTDOWN,
      number(0, 0, 3_600).in("seconds"),
      "the time after SIGTERM in which the service still accepts calls, while health reports "
          + "NOT_SERVING, so that load balancers notice"),
  SHUTDOWN_GRACE_SECONDS(
      Group.SHUTDOWN,
      number(10, 0, 3_600).in("seconds"),
      "the time that calls in progress then have to finish"),

  METRICS_PORT(
      Group.MONITORING,
      number(9_464, -1, 65_535).note("or a free one if that is in use"),
      "the port of metrics and probes; 0 takes a free one; -1 turns them off"),
  LOG_LEVEL(
      Group.MONITORING, choice(LogLevel.INFO), "the lowest level of what the service itself logs"),
  LOG_FORMAT(
      Group.MONITORING,
      choice(LogFormat.TEXT),
      "`text`, or `json` with one object per line; see [operations.md](operations.md#logs)");

  /** The groups of settings, in the order of the manual. */
  public enum Group {
    NETWORK("Network"),
    DATABASE("Database"),
    MAIL("Mail"),
    BRAND("Brand and page"),
    REST("REST"),
    AUTHENTICATION("Authentication"),
    TLS("TLS and proxy"),
    LIMITS("Limit and cache"),
    EVENTS("Event"),
    SHUTDOWN("Shutdown"),
    MONITORING("Metrics and log");

    private final String subject;

    Group(String subject) {
      this.subject = subject;
    }

    /** Returns the title, such as {@code Network settings}. */
    public String title() {
      return subject + " settings";
    }
  }

  private static final String FILE_SUFFIX = "_FILE";

  private final Group group;
  private final Optional<String> flag;
  private final SettingType type;
  private final String meaning;

  /**
   * Creates a setting whose flag is the variable in lower case with hyphens, or that has none if it
   * may contain a secret.
   */
  Setting(Group group, SettingType type, String meaning) {
    this.group = group;
    this.flag = type.isSecret() ? Optional.empty() : Optional.of(flagByRule());
    this.type = type;
    this.meaning = meaning;
  }

  Setting(Group group, String flag, SettingType type, String meaning) {
    this.group = group;
    this.flag = Optional.of(flag);
    this.type = type;
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
    return flag;
  }

  /** Returns the name of the environment variable. */
  public String variable() {
    return name();
  }

  /** Returns the name in messages: {@code --port (GRPC_PORT)}, or the variable alone. */
  public String title() {
    return flag.map(known -> known + " (" + name() + ")").orElse(name());
  }

  /** Returns the group. */
  public Group group() {
    return group;
  }

  /** Returns the accepted values and the default. */
  public SettingType type() {
    return type;
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
