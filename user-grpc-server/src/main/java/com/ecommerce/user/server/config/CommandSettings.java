package com.ecommerce.user.server.config;

import com.ecommerce.user.core.credential.HashSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of commands that work on the database and exit. These commands ignore all other
 * settings, even invalid ones.
 *
 * @param databaseUrl the database; empty for the embedded one
 */
public record CommandSettings(
    Optional<DatabaseUrl> databaseUrl,
    Duration databaseConnectTimeout,
    Path dataDirectory,
    HashSettings hashSettings) {
  /**
   * Reads the settings.
   *
   * @throws StartupException with every problem, one on each line
   */
  public static CommandSettings read(SettingReader reader) {
    var settings =
        new CommandSettings(
            reader.optional(Setting.DATABASE_URL, DatabaseUrl::parse),
            reader.duration(Setting.DATABASE_CONNECT_TIMEOUT_SECONDS),
            reader.value(Setting.DATA_DIR, SettingReader::path),
            ServerSettings.hashSettings(reader));
    LogSettings.read(reader);
    reader.throwIfAnyProblem();
    return settings;
  }

  /** Returns the title of the setting that determines the database. */
  public String databaseSetting() {
    return (databaseUrl.isPresent() ? Setting.DATABASE_URL : Setting.DATA_DIR).title();
  }
}
