package com.ecommerce.user.server.config;

import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.request.Networks;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the service.
 *
 * @param bindAddress the address to listen on; if it is empty, loopback with the embedded database,
 *     and all interfaces with a database URL
 * @param databaseUrl the database; empty for the embedded one
 * @param databaseReadUrl a replica for lists and searches
 * @param databaseLoopConnections the number of event loops with a connection of their own
 * @param eventRetention the minimum time for which events are kept
 * @param eventSource the name of the service in events that are sent to other systems
 * @param kafka the Kafka that gets all events
 * @param webhookNetworks the private networks to which webhooks may be sent
 * @param changed the settings that differ from their defaults, without secrets, for the log
 */
public record ServerSettings(
    int port,
    int workers,
    Optional<String> bindAddress,
    Optional<DatabaseUrl> databaseUrl,
    Optional<DatabaseUrl> databaseReadUrl,
    int databasePoolSize,
    int databaseLoopConnections,
    Duration databaseConnectTimeout,
    Duration eventRetention,
    Path dataDirectory,
    ConnectionSettings connections,
    HashSettings hashSettings,
    AccessSettings access,
    MailServerSettings mail,
    RestServerSettings rest,
    LimitSettings limits,
    TlsSettings tls,
    CacheSettings cache,
    URI eventSource,
    KafkaSettings kafka,
    Networks webhookNetworks,
    TracingSettings tracing,
    MetricsSettings metrics,
    LogSettings log,
    Map<Setting, String> changed) {
  /**
   * Reads the settings from flags, such as {@code --port}, and environment variables.
   *
   * @throws StartupException with every problem, one on each line
   */
  public static ServerSettings read(Map<String, String> flags, Map<String, String> environment) {
    return read(new SettingReader(flags, environment));
  }

  /**
   * Reads the settings.
   *
   * @throws StartupException with every problem, one on each line
   */
  public static ServerSettings read(SettingReader reader) {
    var settings = settings(reader);
    reader.throwIfAnyProblem();
    return settings;
  }

  /**
   * Does the same as {@link #read(SettingReader)}, for a service that accepts calls. If other
   * machines can call it, AUTH_MODE must be set.
   *
   * @throws StartupException with every problem, one on each line
   */
  public static ServerSettings readToServe(SettingReader reader) {
    var settings = settings(reader);
    if (settings.isReachable() && reader.text(Setting.AUTH_MODE).isEmpty()) {
      reader.note(
          "AUTH_MODE: not set, on an address that other machines reach (expected: required, or off"
              + " if whoever can connect may do everything)");
    }
    reader.throwIfAnyProblem();
    return settings;
  }

  /** Reads the settings, and records problems in the reader. */
  private static ServerSettings settings(SettingReader reader) {
    int port = reader.integer(Setting.GRPC_PORT);
    int workers = reader.integer(Setting.GRPC_MAX_WORKERS);
    var tls = TlsSettings.read(reader);
    var restPort = RestServerSettings.readPort(reader);
    var mail = MailServerSettings.read(reader, RestServerSettings.localUrl(reader, restPort, tls));
    return new ServerSettings(
        port,
        workers,
        reader.text(Setting.BIND_ADDRESS),
        reader.optional(Setting.DATABASE_URL, DatabaseUrl::parse),
        reader.optional(Setting.DATABASE_READ_URL, DatabaseUrl::parse),
        reader.integer(Setting.DATABASE_POOL_SIZE),
        reader.integer(Setting.DATABASE_LOOP_CONNECTIONS),
        reader.duration(Setting.DATABASE_CONNECT_TIMEOUT_SECONDS),
        reader.duration(Setting.EVENT_RETENTION_DAYS),
        reader.value(Setting.DATA_DIR, SettingReader::path),
        ConnectionSettings.read(reader),
        hashSettings(reader),
        AccessSettings.read(reader),
        mail,
        RestServerSettings.read(reader, restPort, mail),
        LimitSettings.read(reader),
        tls,
        CacheSettings.read(reader),
        reader.value(Setting.EVENT_SOURCE, ServerSettings::uri),
        KafkaSettings.read(reader),
        reader.optional(Setting.WEBHOOK_ALLOW_PRIVATE, Networks::parse).orElse(Networks.NONE),
        TracingSettings.read(reader),
        MetricsSettings.read(reader),
        LogSettings.read(reader),
        reader.changed());
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException none) {
      throw new IllegalArgumentException(
          text + " (expected: a URI, or a path such as /user-service)", none);
    }
  }

  static HashSettings hashSettings(SettingReader reader) {
    return new HashSettings(
        reader.choice(Setting.PASSWORD_HASH, HashSettings.Algorithm.class),
        reader.integer(Setting.PASSWORD_BCRYPT_COST));
  }

  /** Returns the address to listen on; empty for all interfaces. */
  public Optional<String> listenAddress() {
    return bindAddress.or(
        () -> databaseUrl.isPresent() ? Optional.empty() : Optional.of("localhost"));
  }

  /** Returns whether there is a console; by default, only if no other machine can call. */
  public boolean hasConsole() {
    return rest.console()
        .orElseGet(
            () -> !isReachable() && access.trustedProxies().isEmpty() && !rest.hasPublicHost());
  }

  /**
   * Returns whether other machines can call. An unknown address counts as one that they cannot
   * reach, since listening on it fails later.
   */
  public boolean isReachable() {
    var address = listenAddress();
    try {
      return address.isEmpty() || !InetAddress.getByName(address.get()).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      return false;
    }
  }
}
