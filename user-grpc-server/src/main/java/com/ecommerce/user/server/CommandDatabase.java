package com.ecommerce.user.server;

import com.ecommerce.user.core.Migrations;
import com.ecommerce.user.server.config.Setting;
import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.api.FlywayException;

/** The database for commands that do their work and end. */
final class CommandDatabase {
  private static final int CONNECTIONS = 2;

  private CommandDatabase() {}

  /**
   * Returns the configured database or, if none is configured, the embedded one. A running service
   * may have started that already; if it does not exist yet, it is created.
   *
   * @param opened closes what this had to start
   */
  static DatabaseUrl url(CommandSettings settings, Closing opened) {
    var url =
        settings
            .databaseUrl()
            .or(() -> EmbeddedDatabase.running(settings.dataDirectory()))
            .orElseGet(() -> opened.add(embedded(settings)).url());
    DatabaseCheck.check(url, settings.databaseConnectTimeout());
    return url;
  }

  private static EmbeddedDatabase embedded(CommandSettings settings) {
    return EmbeddedDatabase.start(settings.dataDirectory(), CONNECTIONS);
  }

  /**
   * Opens the database of an installation. Never creates one, since a mistyped directory or URL
   * must not become a second installation.
   *
   * @param command the name of the command, which PostgreSQL shows as the application name
   * @param opened closes everything that this method opens
   * @param output gets a message that names the database
   * @throws StartupException when there is none
   */
  static HikariDataSource open(
      CommandSettings settings, String command, Closing opened, CommandOutput output) {
    if (settings.databaseUrl().isEmpty()
        && !EmbeddedDatabase.isInitialized(settings.dataDirectory())) {
      throw new StartupException(
          Setting.DATA_DIR.title()
              + ": "
              + settings.dataDirectory().toAbsolutePath()
              + " has no database (expected: the directory of a service that was started before; serve"
              + " and migrate create a new database)");
    }
    var url = url(settings, opened);
    var pool = opened.add(DatabasePool.open(url, command, CONNECTIONS, DatabasePool.WAIT));
    if (!isInstalled(pool, settings, url)) {
      throw new StartupException(
          settings.databaseSetting()
              + ": "
              + url
              + " has no tables of the User Service (expected: a database that serve or migrate has"
              + " set up)");
    }
    output.tell("Database: " + url.place() + embeddedIn(settings));
    DatabasePool.migrate(url, settings.databaseConnectTimeout());
    return pool;
  }

  private static boolean isInstalled(
      HikariDataSource pool, CommandSettings settings, DatabaseUrl url) {
    try {
      return Migrations.isInstalled(pool);
    } catch (FlywayException failed) {
      throw new StartupException(
          settings.databaseSetting() + ": " + url + ": " + failed.getMessage(), failed);
    }
  }

  private static String embeddedIn(CommandSettings settings) {
    return settings.databaseUrl().isPresent()
        ? ""
        : ", the embedded one in " + settings.dataDirectory().toAbsolutePath();
  }
}
