package com.ecommerce.user.server.config;

import com.ecommerce.user.core.credential.HashSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The operator's settings.
 *
 * @param bindAddress empty: loopback with the embedded database, all interfaces with a database URL
 * @param databaseUrl empty: the embedded database
 * @param databaseReadUrl a replica for lists and searches
 * @param databaseLoopConnections how many event loops have a connection of their own
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
    Path dataDirectory,
    ConnectionSettings connections,
    HashSettings hashSettings,
    AccessSettings access,
    MailServerSettings mail,
    RestServerSettings rest,
    LimitSettings limits,
    TlsSettings tls,
    CacheSettings cache,
    TracingSettings tracing,
    MetricsSettings metrics,
    LogSettings log,
    Map<Setting, String> changed) {
  /** Each takes a connection of the database, of which there are a hundred as a rule. */
  private static final int MAX_PRESET_LOOPS = 8;

  /**
   * @throws StartupException with every invalid value, one for each line
   */
  public static ServerSettings read(Map<String, String> flags, Map<String, String> environment) {
    return read(new SettingReader(flags, environment));
  }

  /**
   * @throws StartupException with every invalid value, one for each line
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
   * @throws StartupException with every invalid value, one for each line
   */
  public static ServerSettings readToServe(SettingReader reader) {
    var settings = settings(reader);
    if (settings.isReachable() && reader.text(Setting.AUTH_MODE).isEmpty()) {
      reader.note(
          "AUTH_MODE: not set, on an address that other machines reach (expected: required, or off if"
              + " whoever can connect may do everything)");
    }
    reader.throwIfAnyProblem();
    return settings;
  }

  /** Reads the settings, and records problems in the reader. */
  private static ServerSettings settings(SettingReader reader) {
    int port = readPort(reader);
    int workers = reader.integer(Setting.GRPC_MAX_WORKERS, 10, 1, 1_000);
    var tls = TlsSettings.read(reader);
    var restPort = RestServerSettings.readPort(reader);
    var mail = MailServerSettings.read(reader, RestServerSettings.localUrl(restPort, tls));
    return new ServerSettings(
        port,
        workers,
        readBindAddress(reader),
        databaseUrl(reader),
        reader.parse(
            Setting.DATABASE_READ_URL,
            Optional.empty(),
            url -> Optional.of(DatabaseUrl.parse(url))),
        reader.integer(Setting.DATABASE_POOL_SIZE, workers, 1, 1_000),
        reader.integer(
            Setting.DATABASE_LOOP_CONNECTIONS,
            Math.min(Runtime.getRuntime().availableProcessors(), MAX_PRESET_LOOPS),
            0,
            1_000),
        databaseConnectTimeout(reader),
        dataDirectory(reader),
        ConnectionSettings.read(reader),
        hashSettings(reader),
        AccessSettings.read(reader),
        mail,
        RestServerSettings.read(reader, restPort, mail),
        LimitSettings.read(reader),
        tls,
        CacheSettings.read(reader),
        TracingSettings.read(reader),
        MetricsSettings.read(reader),
        LogSettings.read(reader),
        reader.changed());
  }

  public static int readPort(SettingReader reader) {
    return reader.integer(Setting.GRPC_PORT, 50_051, 0, 65_535);
  }

  public static Optional<String> readBindAddress(SettingReader reader) {
    return reader.text(Setting.BIND_ADDRESS);
  }

  static Optional<DatabaseUrl> databaseUrl(SettingReader reader) {
    return reader.parse(
        Setting.DATABASE_URL, Optional.empty(), url -> Optional.of(DatabaseUrl.parse(url)));
  }

  static Duration databaseConnectTimeout(SettingReader reader) {
    return Duration.ofSeconds(reader.integer(Setting.DATABASE_CONNECT_TIMEOUT_SECONDS, 10, 1, 600));
  }

  static Path dataDirectory(SettingReader reader) {
    return reader.parse(
        Setting.DATA_DIR,
        Path.of("data"),
        text -> {
          try {
            return Path.of(text);
          } catch (InvalidPathException impossible) {
            throw new IllegalArgumentException("no path (expected: a directory)", impossible);
          }
        });
  }

  static HashSettings hashSettings(SettingReader reader) {
    var algorithm =
        reader.choice(
            Setting.PASSWORD_HASH, HashSettings.DEFAULT.algorithm(), HashSettings.Algorithm.class);
    int cost =
        reader.integer(
            Setting.PASSWORD_BCRYPT_COST,
            HashSettings.DEFAULT.bcryptCost(),
            HashSettings.MIN_BCRYPT_COST,
            HashSettings.MAX_BCRYPT_COST);
    return new HashSettings(algorithm, cost);
  }

  /** Returns the address to listen on; empty for all interfaces. */
  public Optional<String> listenAddress() {
    return bindAddress.or(
        () -> databaseUrl.isPresent() ? Optional.empty() : Optional.of("localhost"));
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
