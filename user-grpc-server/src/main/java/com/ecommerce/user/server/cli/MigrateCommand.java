package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.CloseStack;
import com.ecommerce.user.server.config.CommandSettings;
import com.ecommerce.user.server.database.DatabasePool;

/** Migrates the schema of the database. */
final class MigrateCommand {
  private MigrateCommand() {}

  static void run(CommandSettings settings, CommandOutput output) {
    try (var opened = new CloseStack()) {
      int applied =
          DatabasePool.migrate(
              CommandDatabase.url(settings, opened), settings.databaseConnectTimeout());
      output.print("schema up to date, migrations applied: " + applied);
    }
  }
}
