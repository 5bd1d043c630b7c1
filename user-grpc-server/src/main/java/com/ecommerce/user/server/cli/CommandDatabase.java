package com.ecommerce.user.server.cli;

import com.ecommerce.user.core.Migrations;
import com.ecommerce.user.server.CloseStack;
import com.ecommerce.user.server.config.CommandSettings;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.database.DatabaseCheck;
import com.ecommerce.user.server.database.DatabasePool;
import com.ecommerce.user.server.database.EmbeddedDatabase;
import com.ecommerce.user.server.database.ServicePool;
import com.ecommerce.user.server.process.ShutdownWork;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database of commands other than serve. */
final class CommandDatabase {
  private static final Logger log = LoggerFactory.getLogger(CommandDatabase.class);

  private static final int CONNECTIONS = 2;

  private CommandDatabase() {}

  /**
   * Returns the configured database or, if none is configured, the embedded one. If the embedded
   * database is not running already, it is started; if it does not exist yet, it is created.
   *
   * @param opened closes what this method starts
   */
  static DatabaseUrl url(CommandSettings settings, CloseStack opened) {
    var url =
        settings
            .databaseUrl()
            .or(() -> EmbeddedDatabase.running(settings.dataDirectory()))
            .orElseGet(() -> embedded(settings, opened).url());
    DatabaseCheck.check(url, settings.databaseConnectTimeout());
    return url;
  }

  /** Starts the embedded database, which also stops if the command is interrupted. */
  private static EmbeddedDatabase embedded(CommandSettings settings, CloseStack opened) {
    var starting = new CompletableFuture<EmbeddedDatabase>();
    opened.add(new ShutdownWork(() -> stop(starting)));
    try {
      starting.complete(opened.add(EmbeddedDatabase.start(settings.dataDirectory(), CONNECTIONS)));
    } catch (RuntimeException | Error failed) {
      starting.completeExceptionally(failed);
      throw failed;
    }
    return starting.join();
  }

  private static void stop(CompletableFuture<EmbeddedDatabase> starting) {
    try {
      starting.get(EmbeddedDatabase.MAX_START.toMillis(), TimeUnit.MILLISECONDS).close();
    } catch (ExecutionException | TimeoutException neverStarted) {
      log.debug("Nothing is left to stop", neverStarted);
    } catch (IOException failed) {
      log.warn("The embedded database could not be stopped", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Opens the database of an installation. Never creates one, since a mistyped directory or URL
   * must not become a second installation.
   *
   * @param command the name of the command, which PostgreSQL shows as the application name
   * @param opened closes everything that this method opens
   * @param output gets a message that names the database
   * @throws StartupException if there is none
   */
  static ServicePool open(
      CommandSettings settings, String command, CloseStack opened, CommandOutput output) {
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
    output.message("Database: " + url.place() + embeddedIn(settings));
    DatabasePool.migrate(url, settings.databaseConnectTimeout());
    return pool;
  }

  private static boolean isInstalled(ServicePool pool, CommandSettings settings, DatabaseUrl url) {
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
