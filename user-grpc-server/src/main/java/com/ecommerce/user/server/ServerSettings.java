package com.ecommerce.user.server;

import com.ecommerce.user.core.credential.HashSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the operator chose.
 *
 * @param bindAddress empty: loopback with the embedded database, all interfaces with a database URL
 * @param databaseUrl empty: the embedded database
 * @param shutdownGrace how long running calls may take to finish at a stop
 */
record ServerSettings(
    int port,
    int workers,
    Optional<String> bindAddress,
    Optional<DatabaseUrl> databaseUrl,
    int databasePoolSize,
    Duration databaseConnectTimeout,
    Path dataDirectory,
    Duration shutdownGrace,
    HashSettings hashSettings,
    AccessSettings access,
    MailOptions mail,
    RestOptions rest,
    LimitOptions limits,
    MetricsOptions metrics,
    LogOptions log) {
  /**
   * @throws StartupException with every bad value, one a line
   */
  static ServerSettings read(Map<String, String> flags, Map<String, String> environment) {
    var reader = new SettingReader(flags, environment);
    int port = reader.integer("--port", "GRPC_PORT", 50_051, 0, 65_535);
    int workers = reader.integer("--workers", "GRPC_MAX_WORKERS", 10, 1, 1_000);
    var mail = MailOptions.read(reader);
    var settings =
        new ServerSettings(
            port,
            workers,
            reader.text("--bind", "BIND_ADDRESS"),
            databaseUrl(reader),
            reader.integer("DATABASE_POOL_SIZE", workers, 1, 1_000),
            Duration.ofSeconds(reader.integer("DATABASE_CONNECT_TIMEOUT_SECONDS", 10, 1, 600)),
            dataDirectory(reader),
            Duration.ofSeconds(reader.integer("SHUTDOWN_GRACE_SECONDS", 10, 0, 3_600)),
            hashSettings(reader),
            AccessSettings.read(reader),
            mail,
            RestOptions.read(reader, mail),
            LimitOptions.read(reader),
            MetricsOptions.read(reader),
            LogOptions.read(reader));
    reader.throwIfAnyProblem();
    return settings;
  }

  private static Optional<DatabaseUrl> databaseUrl(SettingReader reader) {
    String name = SettingReader.name("--database-url", "DATABASE_URL");
    var text = reader.text("--database-url", "DATABASE_URL");
    return reader.parse(name, text, Optional.empty(), url -> Optional.of(DatabaseUrl.parse(url)));
  }

  private static Path dataDirectory(SettingReader reader) {
    return reader.parse(
        SettingReader.name("--data-dir", "DATA_DIR"),
        reader.text("--data-dir", "DATA_DIR"),
        Path.of("data"),
        text -> {
          try {
            return Path.of(text);
          } catch (InvalidPathException impossible) {
            throw new IllegalArgumentException("no path (expected: a directory)", impossible);
          }
        });
  }

  private static HashSettings hashSettings(SettingReader reader) {
    var algorithm =
        reader.choice(
            "PASSWORD_HASH", HashSettings.DEFAULT.algorithm(), HashSettings.Algorithm.class);
    int cost =
        reader.integer(
            "PASSWORD_BCRYPT_COST",
            HashSettings.DEFAULT.bcryptCost(),
            HashSettings.MIN_BCRYPT_COST,
            HashSettings.MAX_BCRYPT_COST);
    return new HashSettings(algorithm, cost);
  }

  /** Where to listen; empty for all interfaces. */
  Optional<String> listenAddress() {
    return bindAddress.or(
        () -> databaseUrl.isPresent() ? Optional.empty() : Optional.of("localhost"));
  }

  /** Whether other machines can call. An address that nobody knows is one to fail at later. */
  boolean isReachable() {
    var address = listenAddress();
    try {
      return address.isEmpty() || !InetAddress.getByName(address.get()).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      return false;
    }
  }
}
