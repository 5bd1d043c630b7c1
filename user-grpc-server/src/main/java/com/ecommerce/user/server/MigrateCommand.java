package com.ecommerce.user.server;

/** Migrates the database's schema and exits. */
final class MigrateCommand {
  private MigrateCommand() {}

  static void run(CommandSettings settings, CommandOutput output) {
    try (var opened = new Closing()) {
      int applied =
          DatabasePool.migrate(
              CommandDatabase.url(settings, opened), settings.databaseConnectTimeout());
      output.print("schema up to date, migrations applied: " + applied);
    }
  }
}
