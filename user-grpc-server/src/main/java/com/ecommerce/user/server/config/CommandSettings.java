package com.ecommerce.user.server.config;

import com.ecommerce.user.core.credential.HashSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of commands that work on the database and exit. These commands ignore all other
 * settings, even invalid ones.
 *
 * @param databaseUrl empty for the embedded database
 */
public record CommandSettings(
    Optional<DatabaseUrl> databaseUrl,
    Duration databaseConnectTimeout,
    Path dataDirectory,
    HashSettings hashSettings) {
  /**
   * @throws StartupException with every invalid value, one for each line
   */
  public static CommandSettings read(SettingReader reader) {
    var settings =
        new CommandSettings(
            ServerSettings.databaseUrl(reader),
            ServerSettings.databaseConnectTimeout(reader),
            ServerSettings.dataDirectory(reader),
            ServerSettings.hashSettings(reader));
    LogSettings.read(reader);
    reader.throwIfAnyProblem();
    return settings;
  }

  /** Returns the title of the setting that chose the database. */
  public String databaseSetting() {
    return (databaseUrl.isPresent() ? Setting.DATABASE_URL : Setting.DATA_DIR).title();
  }
}
